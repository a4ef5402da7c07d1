using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Lets new entries in: seals them, finds room for them, puts them in place. Thread-safe; one thread of a process evicts at a time.
/// </summary>
internal sealed class CacheAdmission(CacheDirectory directory, CacheUsage usage, CacheEntries entries, CacheOptions options)
{
    private readonly CacheEviction eviction = new(directory, usage, options.Time);
    private readonly Lock evicting = new();
    private long evictions;

    /// <summary>True once anything was put in place.</summary>
    public bool Wrote { get; private set; }

    /// <inheritdoc cref="CacheEviction.Recount(CancellationToken)"/>
    public void Recount(CancellationToken cancellationToken) => eviction.Recount(cancellationToken);

    /// <inheritdoc cref="CacheEviction.Run"/>
    public long Evict(long target)
    {
        lock (evicting)
        {
            evictions++;
            return eviction.Run(target);
        }
    }

    /// <summary>Frees space for a write that found the disk full; false where nothing could be freed.</summary>
    public bool MakeRoom()
    {
        long before = Volatile.Read(ref evictions);
        lock (evicting)
        {
            // Many writers meet a full disk at once; what the first of them freed is for all.
            return before != evictions || Evict((long)(usage.Bytes * options.LowWatermark)) > 0;
        }
    }

    /// <summary>Puts a verified file in its place, and opens it; where there is no room for it, opens it as it is.</summary>
    public OpenedObject Admit(StagedFile file, in CachedObject entry, long length, ReadOnlySpan<byte> sha256, bool isVolatile)
    {
        Seal(file.File, length, sha256, isVolatile);
        long footprint = CacheWalk.Footprint(length);
        if (!TryReserve(footprint))
        {
            return Uncached(file, length);
        }

        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        Errno errno = file.Place(path);
        if (errno == Errno.EEXIST)
        {
            usage.Remove(footprint);
            if (TryOpen(entry, length, out OpenedObject present))
            {
                return present;
            }

            // It was damaged or went away again, and is removed now.
            usage.Add(footprint);
            errno = file.Place(path);
        }

        if (errno == Errno.None)
        {
            Wrote = true;
            return TryOpen(entry, length, out OpenedObject opened) ? opened : Uncached(file, length);
        }

        usage.Remove(footprint);
        return errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EEXIST
            ? Uncached(file, length)
            : throw StorageFailure.Make("caching an object", directory.Location, errno);
    }

    private OpenedObject Uncached(StagedFile file, long length)
    {
        PosixFile.Duplicate(file.File, out FileDescriptor? copy).ThrowIfFailed("opening an object", directory.Location);
        return new OpenedObject(copy!, length, IsCached: false);
    }

    private bool TryOpen(in CachedObject entry, long length, out OpenedObject opened)
    {
        bool found = entries.TryOpen(entry, length, out int descriptor, out _);
        opened = found ? new OpenedObject(new FileDescriptor(descriptor), length, IsCached: true) : default;
        return found;
    }

    private void Seal(FileDescriptor file, long length, ReadOnlySpan<byte> sha256, bool isVolatile)
    {
        const uint readOnly = 0x100; // 0400
        Errno errno = EntryDigest.Write(file, length, sha256);
        if (errno is not Errno.None and not Errno.EOPNOTSUPP and not Errno.ENOSPC and not Errno.EDQUOT)
        {
            throw StorageFailure.Make("caching an object", directory.Location, errno);
        }

        PosixFile.SetPermissions(file, readOnly).ThrowIfFailed("caching an object", directory.Location);
        entries.Stamp(file.Value, isVolatile);
    }

    private bool TryReserve(long footprint)
    {
        if (options.Quota == CacheOptions.Unlimited)
        {
            _ = usage.Add(footprint);
            return true;
        }

        if (footprint > options.Quota)
        {
            return false;
        }

        if (usage.Bytes + footprint > options.Quota)
        {
            lock (evicting)
            {
                // Others may have made room while this thread waited.
                if (usage.Bytes + footprint > options.Quota)
                {
                    Evict(Math.Min((long)(options.Quota * options.LowWatermark), options.Quota - footprint));
                }
            }
        }

        if (usage.Add(footprint) <= options.Quota)
        {
            return true;
        }

        usage.Remove(footprint);
        return false;
    }
}
