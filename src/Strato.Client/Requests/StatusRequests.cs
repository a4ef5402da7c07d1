using Strato.Client.Attachments;
using Strato.Client.Namespace;
using Strato.Core.Paths;
using Strato.Fuse.Protocol;
using Strato.Storage.Cache;

namespace Strato.Client.Requests;

/// <summary>Answers STATFS as the genuine client does: space is the cache's, entries are the repository's.</summary>
internal sealed class StatusRequests
{
    private const uint Unit = 512;

    private readonly ObjectCache cache;
    private readonly AttachmentTable attachments;

    public StatusRequests(ObjectCache cache, AttachmentTable attachments)
    {
        this.cache = cache;
        this.attachments = attachments;
    }

    /// <summary>STATFS.</summary>
    public void Fill(ref FuseStatFsOut reply)
    {
        CacheStatus status = cache.Status;
        ulong used = (ulong)Math.Max(0, status.UsedBytes);
        ulong capacity = status.Quota == CacheOptions.Unlimited ? used : (ulong)status.Quota;
        reply.BlockSize = reply.FragmentSize = Unit;
        reply.Blocks = capacity / Unit;
        reply.BlocksFree = reply.BlocksAvailable = (capacity - Math.Min(used, capacity)) / Unit;
        reply.NameLength = RepositoryPath.MaxNameLength;
        foreach (Attachment attachment in attachments.All)
        {
            CatalogTree tree = attachment.Current.Catalogs;
            reply.Files += (ulong)Math.Max(0, tree.Root.Summary?.Counters.Total.Entries ?? 0);
            reply.FilesFree += (ulong)Math.Max(0, tree.UnloadedEntries);
        }
    }
}
