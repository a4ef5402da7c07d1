using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Core.Paths;
using Strato.Fuse.Protocol;
using Strato.Storage.Cache;

namespace Strato.Client.Requests;

/// <summary>Answers STATFS as the genuine client does: space is the cache's, entries are the repository's.</summary>
internal sealed class StatusRequests
{
    private const uint Unit = 512;

    private readonly ObjectCache cache;
    private readonly NodeTable nodes;
    private readonly AttachmentTable attachments;

    public StatusRequests(ObjectCache cache, NodeTable nodes, AttachmentTable attachments)
    {
        this.cache = cache;
        this.nodes = nodes;
        this.attachments = attachments;
    }

    /// <summary>STATFS of a node: its repository's entries, or those of all that are attached where the root lists them. Never waits.</summary>
    public void Fill(ulong nodeId, ref FuseStatFsOut reply)
    {
        CacheStatus status = cache.Status;
        ulong used = (ulong)Math.Max(0, status.UsedBytes);
        ulong capacity = status.Quota == CacheOptions.Unlimited ? used : (ulong)status.Quota;
        reply.BlockSize = reply.FragmentSize = Unit;
        reply.Blocks = capacity / Unit;
        reply.BlocksFree = reply.BlocksAvailable = (capacity - Math.Min(used, capacity)) / Unit;
        reply.NameLength = RepositoryPath.MaxNameLength;
        bool isOfOne = nodes.TryGet(nodeId, out NodeRecord record) && record.Attachment != AttachmentTable.NoAttachment;
        foreach (AttachmentPlace? place in attachments.All)
        {
            if (place?.Attached is not { } attachment || (isOfOne && attachment.Number != record.Attachment))
            {
                continue;
            }

            CatalogTree tree = attachment.Current.Catalogs;
            reply.Files += (ulong)Math.Max(0, tree.Root.Summary?.Counters.Total.Entries ?? 0);
            reply.FilesFree += (ulong)Math.Max(0, tree.UnloadedEntries);
        }
    }
}
