using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Client.Namespace;

/// <summary>Answers what the kernel asks of names, attributes and links. Safe on all threads; allocates nothing once warm.</summary>
internal sealed class NamespaceRequests
{
    private readonly NodeTable nodes;
    private readonly NodeWalk walk;
    private readonly KernelCache kernelCache;
    private readonly RootDirectory? root;

    /// <summary>Answers from the catalogs that a walk leads to.</summary>
    /// <param name="nodes">The node table.</param>
    /// <param name="walk">The way to the catalogs.</param>
    /// <param name="kernelCache">How long the kernel keeps the answers.</param>
    /// <param name="root">Answers for the root where that lists repositories; null where it is one.</param>
    public NamespaceRequests(NodeTable nodes, NodeWalk walk, KernelCache kernelCache, RootDirectory? root)
    {
        this.nodes = nodes;
        this.walk = walk;
        this.kernelCache = kernelCache;
        this.root = root;
    }

    /// <summary>LOOKUP. A missing name is an entry with node id zero, which the kernel remembers too.</summary>
    public Outcome Lookup(in Caller caller, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        if (root is not null && caller.NodeId == NodeIdentity.Root)
        {
            return root.Lookup(in caller, name, ref entry);
        }

        if (name.Length > RepositoryPath.MaxNameLength)
        {
            return Errno.ENAMETOOLONG;
        }

        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        Outcome outcome = walk.EnterDirectory(in caller, buffer, out NodeView parent, out ReadOnlySpan<byte> directory, out MountedCatalog holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = parent.Revision.Catalogs.Lend(holder, caller.Supplied, out CatalogLease lease);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        using (lease)
        {
            Span<byte> pathBuffer = stackalloc byte[NodeTable.MaxPathLength];
            if (!ChildPath.TryJoin(directory, name, pathBuffer, out ReadOnlySpan<byte> path))
            {
                return Errno.ENAMETOOLONG;
            }

            PathKey key = RepositoryPath.KeyOf(path);
            PathKey rowKey = holder.IsTranslated ? holder.KeyOf(path) : key;
            if (!lease.Reader.TryFind(rowKey, out CatalogRow row))
            {
                entry = default;
                entry.EntryValid = kernelCache.AbsenceValidity(caller.NodeId, name);
                return Outcome.Done;
            }

            parent.Attachment.Describer.Describe(row, lease, key, parent.Revision.Epoch, out NodeDescription node);
            if (!nodes.TryRemember(parent.Attachment.Key, caller.NodeId, name, in node, out ulong id))
            {
                return Errno.ENOMEM;
            }

            AttributeReply.Write(id, in node.Attributes, kernelCache.EntryValidity, ref entry);
            return Outcome.Done;
        }
    }

    /// <summary>
    /// GETATTR. A node whose path has gone or has other content in the current revision keeps the attributes that it had: it is
    /// open, or somebody's working directory.
    /// </summary>
    public Outcome GetAttributes(in Caller caller, ref FuseAttrOut reply)
    {
        if (root is not null && caller.NodeId == NodeIdentity.Root)
        {
            root.GetAttributes(ref reply);
            return Outcome.Done;
        }

        Outcome outcome = walk.Find(caller.NodeId, out NodeView view);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        NodeAttributes attributes = view.Record.Attributes;
        bool isCurrent = view.IsCurrent;
        if (!isCurrent)
        {
            outcome = LookAgain(in caller, in view, ref attributes, ref isCurrent);
            if (!outcome.IsDone)
            {
                return outcome;
            }
        }

        reply.AttributesValid = isCurrent ? kernelCache.EntryValidity : 0;
        AttributeReply.Write(caller.NodeId, in attributes, ref reply.Attributes);
        return Outcome.Done;
    }

    /// <summary>READLINK.</summary>
    public Outcome ReadLink(in Caller caller, Span<byte> target, out int length)
    {
        length = 0;
        Outcome outcome = walk.Find(caller.NodeId, out NodeView view);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        if (!view.Record.Attributes.IsSymlink)
        {
            return Errno.EINVAL;
        }

        outcome = walk.FindOwnRow(in caller, in view, out CatalogLease lease, out CatalogRow row);
        using (lease)
        {
            if (!outcome.IsDone)
            {
                return outcome;
            }

            length = view.Attachment.Describer.Expand(row, target);
            return Outcome.Done;
        }
    }

    private Outcome LookAgain(in Caller caller, in NodeView view, ref NodeAttributes attributes, ref bool isCurrent)
    {
        Outcome outcome = walk.FindRow(in caller, in view, out CatalogLease lease, out CatalogRow row);
        using (lease)
        {
            if (outcome.Errno == Errno.ENOENT)
            {
                return Outcome.Done;
            }

            if (!outcome.IsDone)
            {
                return outcome;
            }

            view.Attachment.Describer.Describe(row, lease, view.Record.Key, view.Revision.Epoch, out NodeDescription node);
            if (NodeIdentity.IsSame(in view.Record, in node))
            {
                attributes = node.Attributes;
                isCurrent = true;
                nodes.Refresh(caller.NodeId, in node);
            }

            return Outcome.Done;
        }
    }
}
