using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Makes room: two walks over the cache, one to learn the ages, one to remove the longest unused. One process evicts at a time. Entries
/// that are pinned, or that a living process uses (a lock on the file), are passed over.
/// </summary>
internal sealed class CacheEviction(CacheDirectory directory, CacheUsage usage, CacheOptions options)
{
    /// <summary>
    /// Brings the usage down to <paramref name="target"/> bytes where the unpinned entries allow it; answers the bytes freed.
    /// </summary>
    public long Run(long target)
    {
        using FileDescriptor maintenance = directory.TakeMaintenanceLock();
        long wanted = Recount(out AgeHistogram ages) - target;
        if (wanted <= 0)
        {
            return 0;
        }

        usage.CountEviction(options.Time.GetUtcNow());
        int cutoff = ages.FindCutoff(wanted);
        long freed = 0;
        // The last bucket in reach is emptied only as far as needed; those before it, wholly.
        freed += RemoveBuckets(cutoff + 1, int.MaxValue, wanted);
        freed += freed < wanted ? RemoveBuckets(cutoff, cutoff, wanted - freed) : 0;
        freed += freed < wanted ? RemoveBuckets(0, cutoff - 1, wanted - freed) : 0;
        options.Evicted();
        return freed;
    }

    /// <summary>Corrects the shared counters by what the directory really holds.</summary>
    public void Recount(CancellationToken cancellationToken)
    {
        using FileDescriptor maintenance = directory.TakeMaintenanceLock();
        _ = Recount(out _, cancellationToken);
    }

    private long Recount(out AgeHistogram ages, CancellationToken cancellationToken = default)
    {
        AgeHistogram histogram = new();
        DateTimeOffset now = options.Time.GetUtcNow();
        long bytesBefore = usage.Bytes;
        long entriesBefore = usage.Entries;
        long bytes = 0;
        long entries = 0;
        CacheWalk.Visit(directory.Root, directory.Location, (FileDescriptor _, ReadOnlySpan<byte> _, in CachedObject _, in FileStatus status) =>
        {
            long footprint = CacheWalk.Footprint(status.Size);
            histogram.Add(BucketOf(status, now), EntryMode.IsPinned(status) ? 0 : footprint);
            bytes += footprint;
            entries++;
            cancellationToken.ThrowIfCancellationRequested();
            return true;
        });

        // What others add or remove during the walk is in the counters already; only the difference from before is new knowledge. An
        // entry that was both added and seen is counted twice until the next time, which errs on the safe side.
        usage.Adjust(bytes - bytesBefore, entries - entriesBefore);
        ages = histogram;
        return bytes;
    }

    private long RemoveBuckets(int first, int last, long wanted)
    {
        DateTimeOffset now = options.Time.GetUtcNow();
        long freed = 0;
        CacheWalk.Visit(directory.Root, directory.Location, Remove);
        return freed;

        bool Remove(FileDescriptor shard, ReadOnlySpan<byte> fileName, in CachedObject entry, in FileStatus status)
        {
            int bucket = BucketOf(status, now);
            if (bucket >= first && bucket <= last && !EntryMode.IsPinned(status) && TryRemove(shard, fileName))
            {
                long footprint = CacheWalk.Footprint(status.Size);
                usage.Remove(footprint);
                freed += footprint;
            }

            return freed < wanted;
        }
    }

    private static int BucketOf(in FileStatus status, DateTimeOffset now) =>
        AgeHistogram.BucketOf(EntryStamp.AgeOf(status.ModificationTime, now), EntryStamp.IsVolatile(status.ModificationTime));

    /// <summary>Removes an entry unless somebody uses it. The lock is held meanwhile, so that nobody begins to.</summary>
    private static bool TryRemove(FileDescriptor shard, ReadOnlySpan<byte> fileName)
    {
        if (PosixFile.Open(shard, fileName, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return false;
        }

        using (file)
        {
            return PosixFile.Lock(file!, FileLock.Exclusive, wait: false) == Errno.None && PosixPath.Unlink(shard, fileName) == Errno.None;
        }
    }
}
