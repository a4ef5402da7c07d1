using System.Text;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Reads all entries of a cache against their digests at a pace that leaves the disk to others, also within an entry of a gigabyte.
/// </summary>
internal sealed class CacheScrubber(CacheDirectory directory, CacheUsage usage, TimeProvider time)
{
    private readonly byte[] buffer = new byte[256 * 1024];

    public async Task<ScrubResult> RunAsync(long bytesPerSecond, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        ScrubResult result = default;
        for (int shard = 0; shard < 256; shard++)
        {
            foreach (CachedObject entry in List((byte)shard))
            {
                cancellationToken.ThrowIfCancellationRequested();
                result = await CheckAsync(entry, bytesPerSecond, result, cancellationToken);
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

    private async Task<ScrubResult> CheckAsync(CachedObject entry, long bytesPerSecond, ScrubResult result, CancellationToken cancellationToken)
    {
        byte[] path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]).ToArray();
        if (PosixFile.Open(directory.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return result;
        }

        using (file)
        {
            // What nobody reads should not push out of memory what somebody does; a hint that older kernels pass over.
            _ = PosixFile.Advise(file!, AccessAdvice.NoReuse);
            using EntryDigestReader reader = new(file!);
            for (int read = reader.ReadNext(buffer); read > 0; read = reader.ReadNext(buffer))
            {
                await Task.Delay(TimeSpan.FromSeconds((double)read / bytesPerSecond), time, cancellationToken);
                if (PosixFile.GetStatus(file!, out FileStatus now) == Errno.None && now.LinkCount == 0)
                {
                    // Evicted meanwhile; its space is held by this descriptor alone.
                    return result;
                }
            }

            return reader.Verdict switch
            {
                DigestVerdict.Good => result with { Checked = result.Checked + 1 },
                DigestVerdict.Damaged => result with { Checked = result.Checked + 1, Removed = result.Removed + Remove(file!, path) },
                _ => result with { WithoutDigest = result.WithoutDigest + 1 },
            };
        }
    }

    /// <summary>Removes what was read, unless another file has its place by now; answers how many were removed.</summary>
    private int Remove(FileDescriptor file, ReadOnlySpan<byte> path)
    {
        if (PosixFile.GetStatus(file, out FileStatus read) != Errno.None
            || PosixPath.GetStatus(directory.Root, path, out FileStatus present) != Errno.None
            || present.Inode != read.Inode
            || PosixPath.Unlink(directory.Root, path) != Errno.None)
        {
            return 0;
        }

        usage.Remove(CacheWalk.Footprint(present.Size));
        return 1;
    }
}
