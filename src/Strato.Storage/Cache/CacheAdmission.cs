using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// Lets new entries in: seals them, finds room for them, puts them in place. Thread-safe; one thread of a process evicts at a time.
/// </summary>
internal sealed class CacheAdmission(CacheUsage usage, CacheEntries entries, CacheEviction eviction, CacheOptions options)
{
    private readonly Lock evicting = new();
    private long evictions;
    private DateTimeOffset fruitlessUntil;

    /// <summary>True once anything was put in place.</summary>
    public bool Wrote { get; private set; }

    /// <inheritdoc cref="CacheEviction.Run"/>
    public long Evict(long target)
    {
        lock (evicting)
        {
            fruitlessUntil = default;
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
            return before != evictions || TryEvict((long)(usage.Bytes * options.LowWatermark), static freed => freed > 0);
        }
    }

    /// <summary>Puts a verified file in its place, and opens it. Where it is not kept the file is as it was.</summary>
    /// <param name="file">The file.</param>
    /// <param name="entry">What it becomes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="isVolatile">It is evicted before all other.</param>
    /// <param name="replaced">Bytes of entries that the caller removes as soon as this one is there; they do not count beside it.</param>
    /// <param name="opened">The entry.</param>
    /// <returns>ENOENT where directories of the cache are missing, EDQUOT where nothing in it can give way, EFBIG for an object larger
    /// than the quota; else the disk's trouble.</returns>
    public Errno TryAdmit(StagedFile file, in CachedObject entry, long length, ReadOnlySpan<byte> sha256, bool isVolatile, long replaced, out OpenedObject opened)
    {
        opened = default;
        Errno errno = Seal(file.File, length, sha256, isVolatile);
        if (errno != Errno.None)
        {
            return errno;
        }

        long footprint = CacheWalk.Footprint(length);
        errno = Reserve(footprint, replaced);
        if (errno != Errno.None)
        {
            return errno;
        }

        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        errno = file.Place(path);
        if (errno == Errno.EEXIST)
        {
            usage.Remove(footprint);
            if (TryOpen(entry, length, out opened))
            {
                return Errno.None;
            }

            // It was damaged or went away again, and is removed now.
            usage.Add(footprint);
            errno = file.Place(path);
        }

        if (errno != Errno.None)
        {
            usage.Remove(footprint);
            return errno;
        }

        Wrote = true;
        return TryOpen(entry, length, out opened) ? Errno.None : Errno.ENOENT;
    }

    private bool TryOpen(in CachedObject entry, long length, out OpenedObject opened)
    {
        bool found = entries.TryOpen(entry, length, out int descriptor, out _);
        opened = found ? new OpenedObject(new FileDescriptor(descriptor), length, IsCached: true) : default;
        return found;
    }

    private Errno Seal(FileDescriptor file, long length, ReadOnlySpan<byte> sha256, bool isVolatile)
    {
        Errno errno = EntryDigest.Write(file, length, sha256);
        if (errno is not Errno.None and not Errno.EOPNOTSUPP and not Errno.ENOSPC and not Errno.EDQUOT)
        {
            return errno;
        }

        errno = PosixFile.SetPermissions(file, EntryMode.Ordinary);
        entries.Stamp(file.Value, isVolatile);
        return errno;
    }

    /// <summary>Makes room unless that was of no use a moment ago. Under the lock.</summary>
    private bool TryEvict(long target, Func<long, bool> isEnough)
    {
        if (options.Time.GetUtcNow() < fruitlessUntil)
        {
            return false;
        }

        bool isSuccess = false;
        try
        {
            isSuccess = isEnough(Evict(target));
        }
        catch (StratoException)
        {
            // A disk that cannot be walked, or a lock that is not to be had; the caller says that nothing is kept.
        }

        fruitlessUntil = isSuccess ? default : options.Time.GetUtcNow() + options.EvictionPause;
        return isSuccess;
    }

    private Errno Reserve(long footprint, long replaced)
    {
        long limit = options.Quota + replaced;
        if (options.Quota == CacheOptions.Unlimited)
        {
            _ = usage.Add(footprint);
            return Errno.None;
        }

        if (footprint > options.Quota)
        {
            return Errno.EFBIG;
        }

        if (usage.Bytes + footprint > limit)
        {
            lock (evicting)
            {
                // Others may have made room while this thread waited.
                if (usage.Bytes + footprint > limit
                    && !TryEvict(Math.Min((long)(options.Quota * options.LowWatermark), options.Quota - footprint), _ => usage.Bytes + footprint <= limit))
                {
                    return Errno.EDQUOT;
                }
            }
        }

        if (usage.Add(footprint) <= limit)
        {
            return Errno.None;
        }

        usage.Remove(footprint);
        return Errno.EDQUOT;
    }
}
