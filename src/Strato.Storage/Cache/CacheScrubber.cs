using System.Text;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>Reads all entries of a cache against their digests at a pace that leaves the disk to others.</summary>
internal sealed class CacheScrubber(CacheDirectory directory, CacheUsage usage, TimeProvider time)
{
    public async Task<ScrubResult> RunAsync(long bytesPerSecond, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        ScrubResult result = default;
        byte[] buffer = new byte[256 * 1024];
        for (int shard = 0; shard < 256; shard++)
        {
            foreach (CachedObject entry in List((byte)shard))
            {
                cancellationToken.ThrowIfCancellationRequested();
                long read = Check(entry, buffer, ref result);
                if (read > 0)
                {
                    await Task.Delay(TimeSpan.FromSeconds((double)read / bytesPerSecond), time, cancellationToken);
                }
            }
        }

        return result;
    }

    private List<CachedObject> List(byte shard)
    {
        List<CachedObject> entries = [];
        CacheWalk.VisitShard(
            directory.Root,
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower([shard])),
            directory.Location,
            (FileDescriptor _, ReadOnlySpan<byte> _, in CachedObject entry, in FileStatus _) =>
            {
                entries.Add(entry);
                return true;
            });
        return entries;
    }

    private long Check(in CachedObject entry, byte[] buffer, ref ScrubResult result)
    {
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        if (PosixFile.Open(directory.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return 0;
        }

        using (file)
        {
            // What nobody reads should not push out of memory what somebody does; a hint that older kernels pass over.
            _ = PosixFile.Advise(file!, AccessAdvice.NoReuse);
            PosixFile.GetStatus(file!, out FileStatus status).ThrowIfFailed("scrubbing the cache", directory.Location);
            switch (EntryDigest.Check(file!, buffer))
            {
                case DigestVerdict.Good:
                    result = result with { Checked = result.Checked + 1 };
                    break;
                case DigestVerdict.Damaged:
                    result = result with { Checked = result.Checked + 1, Removed = result.Removed + 1 };
                    if (PosixPath.Unlink(directory.Root, path) == Errno.None)
                    {
                        usage.Remove(CacheWalk.Footprint(status.Size));
                    }

                    break;
                default:
                    result = result with { WithoutDigest = result.WithoutDigest + 1 };
                    break;
            }

            return status.Size;
        }
    }
}
