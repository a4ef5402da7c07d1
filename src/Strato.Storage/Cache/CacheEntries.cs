using System.Buffers;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>Opens, stamps and removes the entries that are there. Thread-safe.</summary>
internal sealed class CacheEntries(CacheDirectory directory, CacheUsage usage, CacheOptions options)
{
    private readonly SuspectWindow suspects = directory.Suspects;

    /// <inheritdoc cref="ObjectCache.TryOpen(in CachedObject, long, out int, out long)"/>
    public bool TryOpen(in CachedObject entry, long expectedLength, out int descriptor, out long length)
    {
        length = 0;
        Span<byte> buffer = stackalloc byte[EntryPath.MaximumLength];
        ReadOnlySpan<byte> path = EntryPath.Format(entry, buffer);
        if (RawDescriptor.Open(directory.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out descriptor) != Errno.None)
        {
            descriptor = -1;
            return false;
        }

        Errno errno = RawDescriptor.GetStatus(descriptor, out FileStatus status);
        bool isRight = errno == Errno.None && status.Type == FileType.Regular && (expectedLength < 0 || status.Size == expectedLength);
        if (isRight && !suspects.Contains(status.ChangeTime.Seconds))
        {
            length = status.Size;
            Renew(descriptor, status);
            return true;
        }

        // The digest tells damage from a catalog that is wrong: the entry may be another repository's, which must not lose it.
        bool isWhole = errno == Errno.None && IsWhole(descriptor, status);
        if (isRight && isWhole)
        {
            length = status.Size;
            return true;
        }

        RawDescriptor.Close(descriptor);
        descriptor = -1;
        if (!isWhole)
        {
            Remove(entry);
        }

        return false;
    }

    /// <summary>Removes an entry; false where it is not there.</summary>
    public bool Remove(in CachedObject entry)
    {
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        bool isRemoved = PosixPath.GetStatus(directory.Root, path, out FileStatus status) == Errno.None
            && PosixPath.Unlink(directory.Root, path) == Errno.None;
        if (isRemoved)
        {
            usage.Remove(CacheWalk.Footprint(status.Size));
        }

        return isRemoved;
    }

    /// <inheritdoc cref="ObjectCache.RemoveUnused"/>
    public void RemoveUnused(in CachedObject entry)
    {
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        if (PosixFile.Open(directory.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return;
        }

        using (file)
        {
            // Under the lock nobody begins to use or to pin it.
            if (PosixFile.Lock(file!, FileLock.Exclusive, wait: false) == Errno.None
                && PosixFile.GetStatus(file!, out FileStatus status) == Errno.None
                && !EntryMode.IsPinned(status)
                && status.LinkCount > 0
                && PosixPath.Unlink(directory.Root, path) == Errno.None)
            {
                usage.Remove(CacheWalk.Footprint(status.Size));
            }
        }
    }

    /// <inheritdoc cref="ObjectCache.TrySetPinned"/>
    public bool TrySetPinned(in CachedObject entry, bool isPinned)
    {
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        if (PosixFile.Open(directory.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return false;
        }

        using (file)
        {
            // An eviction that is about to remove the entry holds its lock: afterwards it is either pinned or gone.
            return CacheLock.Take(file!, FileLock.Shared, options.LockPatience) == Errno.None
                && PosixFile.SetPermissions(file!, isPinned ? EntryMode.Pinned : EntryMode.Ordinary) == Errno.None
                && PosixFile.GetStatus(file!, out FileStatus status) == Errno.None
                && status.LinkCount > 0;
        }
    }

    /// <inheritdoc cref="ObjectCache.List"/>
    public void List(Func<CacheEntryInfo, bool> visitor) => CacheWalk.Visit(
        directory.Root,
        directory.Location,
        (FileDescriptor shard, ReadOnlySpan<byte> fileName, in CachedObject entry, in FileStatus status) =>
        {
            bool isVolatile = EntryStamp.IsVolatile(status.ModificationTime);
            DateTimeOffset now = options.Time.GetUtcNow();
            DateTimeOffset lastUse = now.AddSeconds(-EntryStamp.AgeOf(status.ModificationTime, now));
            return visitor(new CacheEntryInfo(entry, status.Size, lastUse, EntryMode.IsPinned(status), IsInUse(shard, fileName), isVolatile));
        });

    /// <inheritdoc cref="ObjectCache.RemoveIfDamaged"/>
    public bool RemoveIfDamaged(in CachedObject entry)
    {
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        if (PosixFile.Open(directory.Root, path, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return true;
        }

        using (file)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
            try
            {
                if (EntryDigest.Check(file!, buffer) != DigestVerdict.Damaged)
                {
                    return false;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        Remove(entry);
        return true;
    }

    /// <summary>Marks a file as used now.</summary>
    public void Stamp(int descriptor, bool isVolatile)
    {
        // Where that is refused the entry keeps its age; that costs order among the oldest, nothing else.
        Timestamp stamp = EntryStamp.Make(options.Time.GetUtcNow(), isVolatile);
        _ = RawDescriptor.SetTimes(descriptor, stamp, stamp);
    }

    private static bool IsInUse(FileDescriptor shard, ReadOnlySpan<byte> fileName)
    {
        if (PosixFile.Open(shard, fileName, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file) != Errno.None)
        {
            return false;
        }

        using (file)
        {
            return PosixFile.Lock(file!, FileLock.Exclusive, wait: false) == Errno.EAGAIN;
        }
    }

    private void Renew(int descriptor, in FileStatus status)
    {
        if (EntryStamp.IsStale(status.ModificationTime, options.Time.GetUtcNow(), options.StampInterval))
        {
            Stamp(descriptor, EntryStamp.IsVolatile(status.ModificationTime));
        }
    }

    private bool IsWhole(int descriptor, in FileStatus status)
    {
        using FileDescriptor borrowed = new(descriptor, ownsHandle: false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            if (EntryDigest.Check(borrowed, buffer) != DigestVerdict.Good)
            {
                return false;
            }

            // The renewed stamp moves its change time out of the window of doubt.
            Stamp(descriptor, EntryStamp.IsVolatile(status.ModificationTime));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
