using System.Globalization;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>Visits every entry of a cache: names and status only, no file is opened, and memory does not grow with the cache.</summary>
internal static class CacheWalk
{
    /// <summary>Called for each entry with the directory it stands in and its file name there.</summary>
    /// <returns>False to end the walk.</returns>
    public delegate bool Visitor(FileDescriptor directory, ReadOnlySpan<byte> fileName, in CachedObject entry, in FileStatus status);

    /// <summary>The space that an entry is counted with: its length in whole blocks of 4 KiB, one at least.</summary>
    public static long Footprint(long length) => Math.Max(1, (length + 4095) / 4096) * 4096;

    /// <summary>Walks the directories in order; entries that come or go meanwhile may or may not be visited.</summary>
    public static void Visit(FileDescriptor root, string location, Visitor visitor)
    {
        Span<byte> shardName = stackalloc byte[2];
        for (int shard = 0; shard < 256; shard++)
        {
            _ = shard.TryFormat(shardName, out _, "x2", CultureInfo.InvariantCulture);
            if (!VisitShard(root, shardName, location, visitor))
            {
                return;
            }
        }
    }

    /// <summary>Walks one of the 256 directories; false where the visitor ended it.</summary>
    public static bool VisitShard(FileDescriptor root, ReadOnlySpan<byte> shardName, string location, Visitor visitor)
    {
        Errno errno = PosixFile.Open(root, shardName, OpenFlags.Directory, out FileDescriptor? directory);
        if (errno == Errno.ENOENT)
        {
            return true;
        }

        errno.ThrowIfFailed("walking the cache", location);
        using (directory)
        {
            return VisitEntries(directory!, shardName, location, visitor);
        }
    }

    private static bool VisitEntries(FileDescriptor directory, ReadOnlySpan<byte> shardName, string location, Visitor visitor)
    {
        using DirectoryReader reader = new(directory);
        while (true)
        {
            reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("walking the cache", location);
            if (!found)
            {
                return true;
            }

            if (!EntryPath.TryParse(shardName, item.Name, out CachedObject entry)
                || PosixPath.GetStatus(directory, item.Name, out FileStatus status) != Errno.None
                || status.Type != FileType.Regular)
            {
                continue;
            }

            if (!visitor(directory, item.Name, entry, status))
            {
                return false;
            }
        }
    }
}
