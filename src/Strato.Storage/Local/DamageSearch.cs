using System.Buffers;
using System.Globalization;
using System.Text;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Objects;

namespace Strato.Storage.Local;

/// <summary>
/// Finds the objects that a loss of power cut short or left as zeros, by hashing whatever was put since some moment, and removes them, so
/// that they are stored again instead of being taken for present.
/// </summary>
internal sealed class DamageSearch(FileDescriptor root, string location)
{
    /// <summary>How far the clock may have been set back between a session's beginning and its puts.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    /// <summary>
    /// Removes the damaged objects among those last written at or after <paramref name="since"/>; answers how many they were.
    /// </summary>
    public int RemoveDamaged(DateTimeOffset since)
    {
        long earliest = (since - ClockSlack).ToUnixTimeSeconds();
        int removed = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            for (int shard = 0; shard < 256; shard++)
            {
                removed += SearchShard(string.Create(CultureInfo.InvariantCulture, $"data/{shard:x2}"), earliest, buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return removed;
    }

    private int SearchShard(string shard, long earliest, byte[] buffer)
    {
        Errno errno = PosixFile.Open(root, Encoding.ASCII.GetBytes(shard), OpenFlags.Directory, out FileDescriptor? directory);
        if (errno == Errno.ENOENT)
        {
            return 0;
        }

        errno.ThrowIfFailed("looking for damaged objects", location);
        using (directory)
        {
            int removed = 0;
            using DirectoryReader reader = new(directory!);
            while (true)
            {
                reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("looking for damaged objects", location);
                if (!found)
                {
                    return removed;
                }

                if (ObjectKey.TryParse($"{shard}/{Encoding.Latin1.GetString(item.Name)}", out ObjectName name)
                    && IsDamaged(directory!, item.Name, name, earliest, buffer))
                {
                    PosixPath.Unlink(directory!, item.Name).ThrowIfFailed("removing a damaged object", location);
                    removed++;
                }
            }
        }
    }

    private bool IsDamaged(FileDescriptor directory, ReadOnlySpan<byte> fileName, in ObjectName name, long earliest, byte[] buffer)
    {
        PosixPath.GetStatus(directory, fileName, out FileStatus status).ThrowIfFailed("looking for damaged objects", location);
        if (status.Type != FileType.Regular || status.ModificationTime.Seconds < earliest)
        {
            return false;
        }

        PosixFile.Open(directory, fileName, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file)
            .ThrowIfFailed("looking for damaged objects", location);
        using (file)
        {
            using ContentHasher hasher = new(name.Hash.Algorithm);
            int count;
            do
            {
                PosixFile.Read(file!, buffer, out count).ThrowIfFailed("looking for damaged objects", location);
                hasher.Append(buffer.AsSpan(0, count));
            }
            while (count > 0);
            return hasher.Finish() != name.Hash;
        }
    }
}
