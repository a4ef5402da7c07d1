using Strato.Client.Attachments;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Client.Namespace;

/// <summary>
/// Answers READDIR and READDIRPLUS. A cookie is a row's number in its catalog and the mark of its revision, so a listing needs no state here and goes on
/// where it was, whoever answers: also when another revision is shown meanwhile, in the one in which it began. Safe on all threads; allocates nothing once warm.
/// </summary>
internal sealed class DirectoryRequests
{
    private const ulong SelfCookie = 1;
    private const ulong ParentCookie = 2;

    // Cookies are positive numbers of 63 bits to the kernel: a mark of 16 above a row of 46. No publisher writes rows beyond.
    private const int MarkShift = 46;
    private const ulong RowMask = (1UL << MarkShift) - 1;
    private const long MaxRowId = (long)(RowMask - ParentCookie);

    private readonly NodeTable nodes;
    private readonly NodeWalk walk;
    private readonly KernelCache kernelCache;
    private readonly ClientCounters counters;
    private readonly RootDirectory? root;

    /// <summary>Answers from the catalogs that a walk leads to.</summary>
    /// <param name="nodes">The node table.</param>
    /// <param name="walk">The way to the catalogs.</param>
    /// <param name="kernelCache">How long the kernel keeps the answers.</param>
    /// <param name="counters">Counts listings.</param>
    /// <param name="root">Answers for the root where that lists repositories; null where it is one.</param>
    public DirectoryRequests(NodeTable nodes, NodeWalk walk, KernelCache kernelCache, ClientCounters counters, RootDirectory? root)
    {
        this.nodes = nodes;
        this.walk = walk;
        this.kernelCache = kernelCache;
        this.counters = counters;
        this.root = root;
    }

    /// <summary>Adds entries after a cookie until one does not fit.</summary>
    /// <param name="caller">Whose listing it is.</param>
    /// <param name="cookie">The cookie of the last entry that the kernel took, 0 at first.</param>
    /// <param name="plus">Whether each entry also counts as a lookup and carries attributes.</param>
    /// <param name="entries">The reply.</param>
    public Outcome List(in Caller caller, ulong cookie, bool plus, ref FuseDirectoryWriter entries)
    {
        if (root is not null && caller.NodeId == NodeIdentity.Root)
        {
            root.List(cookie, plus, ref entries);
            return Outcome.Done;
        }

        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        Outcome outcome = walk.EnterDirectory(in caller, buffer, out NodeView view, out ReadOnlySpan<byte> directory, out MountedCatalog holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        ushort mark = (ushort)(cookie >> MarkShift);
        if (mark != 0 && mark != view.Revision.ListingMark)
        {
            const int attempts = 3;
            for (int attempt = 0; attempt < attempts && view.Attachment.Earlier.FindMarked(mark, view.Revision.Catalogs) is { } earlier; attempt++)
            {
                outcome = GoOnEarlier(in caller, earlier, in view, directory, cookie, plus, ref entries);
                if (outcome.IsDone || outcome.Errno != Errno.ESTALE)
                {
                    return outcome;
                }
            }

            // A revision that is not known any more: rows that were not touched have the same numbers in the next one.
        }

        outcome = view.Revision.Catalogs.Lend(holder, caller.Supplied, out CatalogLease lease);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        using (lease)
        {
            if (cookie == 0)
            {
                counters.CountListing();
            }

            return cookie >= ParentCookie || TryAddDots(in view, cookie, plus, ref entries)
                ? AddRows(in view, lease, directory, RowBefore(cookie), view.Revision.ListingMark, plus, ref entries)
                : Outcome.Done;
        }
    }

    /// <summary>The row after which a listing goes on.</summary>
    private static long RowBefore(ulong cookie) => Math.Max(0, (long)(cookie & RowMask) - (long)ParentCookie);

    /// <summary>Goes on in the catalogs of the revision that a listing began in.</summary>
    private Outcome GoOnEarlier(
        in Caller caller, CatalogTree earlier, in NodeView view, scoped ReadOnlySpan<byte> directory, ulong cookie, bool plus, ref FuseDirectoryWriter entries)
    {
        Outcome outcome = earlier.Resolve(earlier.Root, directory, caller.Supplied, out MountedCatalog holder);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = earlier.Lend(holder, caller.Supplied, out CatalogLease lease);
        using (lease)
        {
            return outcome.IsDone ? AddRows(in view, lease, directory, RowBefore(cookie), (ushort)(cookie >> MarkShift), plus, ref entries) : outcome;
        }
    }

    private Outcome AddRows(
        in NodeView view, CatalogLease lease, scoped ReadOnlySpan<byte> directory, long afterRow, ushort mark, bool plus, ref FuseDirectoryWriter entries)
    {
        bool isShown = mark == view.Revision.ListingMark;
        Span<byte> pathBuffer = stackalloc byte[NodeTable.MaxPathLength];
        foreach (CatalogRow row in lease.Reader.EnumerateDirectory(lease.Catalog.KeyOf(directory), afterRow))
        {
            if (row.IsHidden || row.RowId > MaxRowId)
            {
                continue;
            }

            if (!ChildPath.TryJoin(directory, row.Name, pathBuffer, out ReadOnlySpan<byte> path))
            {
                return Errno.ENAMETOOLONG;
            }

            // A row whose key is not its path's would be listed but never found.
            PathKey key = RepositoryPath.KeyOf(path);
            if (row.Key != (lease.Catalog.IsTranslated ? lease.Catalog.KeyOf(path) : key))
            {
                continue;
            }

            view.Attachment.Describer.Describe(row, lease, key, view.Revision.Epoch, out NodeDescription node);
            ulong cookie = ((ulong)mark << MarkShift) | ((ulong)row.RowId + ParentCookie);
            if (plus && !isShown)
            {
                // Not as a lookup: the kernel would keep what an earlier revision says.
                FuseEntryOut name = default;
                AttributeReply.Write(NodeIdentity.Of(view.Attachment.Key, in node), in node.Attributes, ref name.Attributes);
                if (!entries.TryAddPlus(row.Name, in name, cookie))
                {
                    return Outcome.Done;
                }
            }
            else if (plus)
            {
                if (!nodes.TryRemember(view.Attachment.Key, view.Record.Id, row.Name, in node, out ulong id))
                {
                    return Errno.ENOMEM;
                }

                FuseEntryOut entry = default;
                AttributeReply.Write(id, in node.Attributes, kernelCache.EntryValidity, ref entry);
                if (!entries.TryAddPlus(row.Name, in entry, cookie))
                {
                    nodes.Forget(id, 1);
                    return Outcome.Done;
                }
            }
            else if (!entries.TryAdd(row.Name, NodeIdentity.Of(view.Attachment.Key, in node), node.Attributes.Mode, cookie))
            {
                return Outcome.Done;
            }
        }

        return Outcome.Done;
    }

    private static bool TryAddDots(in NodeView view, ulong cookie, bool plus, ref FuseDirectoryWriter entries) =>
        (cookie >= SelfCookie || TryAddDot("."u8, view.Record.Id, in view, SelfCookie, plus, ref entries))
        && TryAddDot(".."u8, view.Record.ParentId, in view, ParentCookie, plus, ref entries);

    private static bool TryAddDot(ReadOnlySpan<byte> name, ulong inode, in NodeView view, ulong cookie, bool plus, ref FuseDirectoryWriter entries)
    {
        if (!plus)
        {
            return entries.TryAdd(name, inode, view.Record.Attributes.Mode, cookie);
        }

        // Without a node id the entry is no lookup.
        FuseEntryOut entry = default;
        AttributeReply.Write(inode, in view.Record.Attributes, ref entry.Attributes);
        return entries.TryAddPlus(name, in entry, cookie);
    }
}
