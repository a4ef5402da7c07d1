using Strato.Client.Attachments;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Client.Namespace;

/// <summary>The way from node ids to catalog rows, in the revision that an attachment shows now. Safe on all threads; allocates nothing once warm.</summary>
internal sealed class NodeWalk
{
    private readonly NodeTable nodes;
    private readonly AttachmentDirectory attachments;

    public NodeWalk(NodeTable nodes, AttachmentDirectory attachments)
    {
        this.nodes = nodes;
        this.attachments = attachments;
    }

    /// <summary>
    /// A node's record with its attachment and revision. ESTALE for ids that the table does not know. Wants the attachment where its nodes are
    /// known but it is not attached: the process before had it, or the root has listed it.
    /// </summary>
    public Outcome Find(ulong id, out NodeView view)
    {
        view = default;
        if (!nodes.TryGet(id, out NodeRecord record) || attachments.Table.Find(record.Attachment) is not { } place)
        {
            return Errno.ESTALE;
        }

        Outcome outcome = place.Enter(attachments, out Attachment attachment);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        attachment.MarkUsed();
        view = new NodeView(record, attachment, attachment.Current);
        return Outcome.Done;
    }

    /// <summary>
    /// Whether a node is the root of a repository that has been listed and was never attached: nothing is known of it yet, and looking at it is no
    /// reason to attach it.
    /// </summary>
    public bool IsPlaceholder(ulong id) =>
        nodes.TryGet(id, out NodeRecord record) && record.Epoch == 0 && attachments.Table.Find(record.Attachment) is { Attached: null };

    /// <summary>A node's path within its attachment.</summary>
    public Outcome FindPath(scoped in NodeView view, Span<byte> buffer, out ReadOnlySpan<byte> path) =>
        nodes.TryGetPath(view.Record.Id, buffer, out path) ? Outcome.Done : Errno.ENAMETOOLONG;

    /// <summary>A directory's node, path, and the catalog that lists it.</summary>
    public Outcome EnterDirectory(in Caller caller, Span<byte> buffer, out NodeView view, out ReadOnlySpan<byte> path, out MountedCatalog holder)
    {
        path = default;
        holder = null!;
        Outcome outcome = Find(caller.NodeId, out view);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        if (!view.Record.Attributes.IsDirectory)
        {
            return Errno.ENOTDIR;
        }

        outcome = FindPath(in view, buffer, out path);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        CatalogTree tree = view.Revision.Catalogs;
        if (view.IsCurrent && view.Record.Catalog != NodeRecord.UnknownCatalog)
        {
            holder = tree[view.Record.Catalog];
            return Outcome.Done;
        }

        outcome = tree.Resolve(NearestHolder(in view), path, caller.Supplied, out holder);
        if (outcome.IsDone)
        {
            nodes.SetCatalog(caller.NodeId, view.Revision.Epoch, holder.Index);
        }

        return outcome;
    }

    /// <summary>
    /// Lends the catalog that has a node's own row, and answers the row. ENOENT where the path is no longer there. The caller
    /// disposes of the lease whatever the outcome.
    /// </summary>
    public Outcome FindRow(in Caller caller, in NodeView view, out CatalogLease lease, out CatalogRow row)
    {
        lease = default;
        row = default;
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        Outcome outcome = FindPath(in view, buffer, out ReadOnlySpan<byte> path);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = FindRowHolder(in caller, in view, path, out MountedCatalog holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = view.Revision.Catalogs.Lend(holder, caller.Supplied, out lease);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        // The record's key is the path's, except after a hard link's first name has gone.
        bool isRoot = path.IsEmpty;
        PathKey key = isRoot || !view.IsCurrent || holder.IsTranslated ? holder.KeyOf(path) : view.Record.Key;
        return lease.Reader.TryFind(key, out row) ? Outcome.Done : Errno.ENOENT;
    }

    /// <summary>
    /// Lends the catalog that describes a node as it is, and answers its row: the current revision's where the node's path leads to it, and that of the revision
    /// in which it was seen last where the path has gone or has other content by now, for somebody holds it. ESTALE where that revision is not known. The caller
    /// disposes of the lease whatever the outcome.
    /// </summary>
    public Outcome FindOwnRow(in Caller caller, in NodeView view, out CatalogLease lease, out CatalogRow row)
    {
        Outcome outcome = FindRow(in caller, in view, out lease, out row);
        if (outcome.IsDone ? view.IsCurrent || IsOf(in view, lease, row) : outcome.Errno != Errno.ENOENT)
        {
            return outcome;
        }

        lease.Dispose();
        lease = default;
        outcome = Errno.ESTALE;
        const int attempts = 3;
        for (int attempt = 0; attempt < attempts && !outcome.IsDone && outcome.Errno == Errno.ESTALE; attempt++)
        {
            // What somebody else's question has just closed is opened again.
            if (view.IsCurrent || view.Attachment.Earlier.Find(view.Record.Epoch, view.Revision.Catalogs) is not { } earlier)
            {
                return Errno.ESTALE;
            }

            outcome = FindRowIn(earlier, in caller, in view, out lease, out row);
        }

        return outcome;
    }

    private static bool IsOf(in NodeView view, CatalogLease lease, CatalogRow row)
    {
        view.Attachment.Describer.Describe(row, lease, view.Record.Key, view.Revision.Epoch, out NodeDescription node);
        return NodeIdentity.IsSame(in view.Record, in node);
    }

    private Outcome FindRowIn(CatalogTree tree, in Caller caller, in NodeView view, out CatalogLease lease, out CatalogRow row)
    {
        lease = default;
        row = default;
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        Outcome outcome = FindPath(in view, buffer, out ReadOnlySpan<byte> path);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        MountedCatalog holder = tree.Root;
        outcome = path.IsEmpty ? Outcome.Done : tree.Resolve(tree.Root, path[..path.LastIndexOf((byte)'/')], caller.Supplied, out holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = tree.Lend(holder, caller.Supplied, out lease);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        return lease.Reader.TryFind(holder.KeyOf(path), out row) && IsOf(in view, lease, row) ? Outcome.Done : Errno.ESTALE;
    }

    private Outcome FindRowHolder(in Caller caller, in NodeView view, ReadOnlySpan<byte> path, out MountedCatalog holder)
    {
        CatalogTree tree = view.Revision.Catalogs;
        holder = tree.Root;
        if (path.IsEmpty)
        {
            return Outcome.Done;
        }

        if (view.IsCurrent && !view.Record.Attributes.IsDirectory)
        {
            holder = tree[view.Record.Catalog];
            return Outcome.Done;
        }

        // A directory's row is in the catalog that lists its parent, also where another catalog is mounted at it.
        return tree.Resolve(NearestHolder(in view), path[..path.LastIndexOf((byte)'/')], caller.Supplied, out holder);
    }

    /// <summary>The catalog that lists the parent, if that is known, and the root catalog otherwise.</summary>
    private MountedCatalog NearestHolder(in NodeView view)
    {
        CatalogTree tree = view.Revision.Catalogs;
        return view.Record.Id != NodeIdentity.Root
            && nodes.TryGet(view.Record.ParentId, out NodeRecord parent)
            && parent.Attachment == view.Record.Attachment
            && parent.Epoch == view.Revision.Epoch
            && parent.Catalog != NodeRecord.UnknownCatalog
                ? tree[parent.Catalog]
                : tree.Root;
    }
}
