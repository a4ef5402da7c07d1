using System.Buffers;
using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// A node's cache of plain, verified objects on disk, shared by any number of mounts and processes without a daemon. The directory is the
/// index: an entry's file name is its object's hash, its modification time its last use. See docs/designs/003-cache.md.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="TryOpen(in CachedObject, long, out int, out long)"/> of an entry that is there makes two system calls and no
/// garbage. Entries may vanish at any time; what is open stays readable.
/// </remarks>
public sealed class ObjectCache : IDisposable
{
    private readonly CacheOptions options;
    private readonly CacheDirectory directory;
    private readonly CacheUsage usage;
    private readonly CacheEviction eviction;
    private readonly SuspectWindow suspects;
    private readonly Lock evicting = new();
    private readonly CancellationTokenSource closing = new();
    private Task recounting = Task.CompletedTask;
    private volatile bool wrote;
    private bool disposed;

    private ObjectCache(CacheOptions options, CacheDirectory directory, CacheUsage usage)
    {
        this.options = options;
        this.directory = directory;
        this.usage = usage;
        suspects = directory.Suspects;
        eviction = new CacheEviction(directory, usage, options.Time);
    }

    /// <summary>The cache's directory.</summary>
    public string Location => directory.Location;

    /// <summary>What the cache holds now.</summary>
    public CacheStatus Status => new(usage.Bytes, usage.Entries, options.Quota);

    /// <summary>
    /// Opens a cache, making it where it is missing. The first opening after a crash has the entries counted again in the background,
    /// without reading them.
    /// </summary>
    /// <exception cref="StratoException">The directory cannot be made or written, or holds something else.</exception>
    public static ObjectCache Open(CacheOptions options)
    {
        CacheDirectory opened = CacheDirectory.Open(options.Directory, options.Time);
        try
        {
            using FileDescriptor maintenance = opened.TakeMaintenanceLock();
            ObjectCache cache = new(options, opened, CacheUsage.Open(opened.Root, opened.Location));
            cache.recounting = opened.NeedsRecount ? Task.Run(cache.Recount) : Task.CompletedTask;
            return cache;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens an entry for reading; the caller closes the descriptor. False where it is absent, or was found damaged and removed: it is to
    /// be fetched.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="expectedLength">The plain length that a catalog tells, -1 where it is not known. An entry of another length is
    /// damaged.</param>
    /// <param name="descriptor">The open file, -1 for none.</param>
    /// <param name="length">The plain length in bytes.</param>
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

    /// <inheritdoc cref="TryOpen(in CachedObject, long, out int, out long)"/>
    public bool TryOpen(in CachedObject entry, long expectedLength, out OpenedObject opened)
    {
        bool found = TryOpen(entry, expectedLength, out int descriptor, out long length);
        opened = found ? new OpenedObject(new FileDescriptor(descriptor), length, IsCached: true) : default;
        return found;
    }

    /// <summary>True where the entry is there; its length and digest are not looked at.</summary>
    public bool Contains(in CachedObject entry) =>
        PosixPath.GetStatus(directory.Root, EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]), out _) == Errno.None;

    /// <summary>Begins an entry. Whoever writes verifies the bytes before committing them.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isVolatile">The entry belongs to a repository whose data is evicted before all other.</param>
    public CacheWriter BeginWrite(in CachedObject entry, bool isVolatile = false)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return new CacheWriter(this, entry, isVolatile);
    }

    /// <summary>Opens an entry and keeps it from eviction until the result is disposed; null where it is absent.</summary>
    public CachePin? TryPin(in CachedObject entry, long expectedLength = -1)
    {
        if (!TryOpen(entry, expectedLength, out OpenedObject opened))
        {
            return null;
        }

        // This waits only while an eviction holds the entry, which may have removed it by then.
        Errno errno = PosixFile.Lock(opened.File, FileLock.Shared, wait: true);
        FileStatus status = default;
        errno = errno == Errno.None ? PosixFile.GetStatus(opened.File, out status) : errno;
        if (errno == Errno.None && status.LinkCount > 0)
        {
            return new CachePin(opened.File, opened.Length);
        }

        opened.File.Dispose();
        errno.ThrowIfFailed("pinning a cache entry", Location);
        return null;
    }

    /// <summary>Removes an entry, if it is there; descriptors that are open stay readable.</summary>
    public void Remove(in CachedObject entry)
    {
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        if (PosixPath.GetStatus(directory.Root, path, out FileStatus status) == Errno.None && PosixPath.Unlink(directory.Root, path) == Errno.None)
        {
            usage.Remove(CacheWalk.Footprint(status.Size));
        }
    }

    /// <summary>
    /// Removes the longest unused entries until at most so many bytes are used, pinned entries excepted. Answers the bytes freed.
    /// </summary>
    public long Evict(long targetBytes)
    {
        lock (evicting)
        {
            return eviction.Run(targetBytes);
        }
    }

    /// <summary>Reads every entry against its digest, slowly, and removes the damaged ones.</summary>
    /// <param name="bytesPerSecond">How fast it reads.</param>
    /// <param name="cancellationToken">Ends it between two entries.</param>
    public Task<ScrubResult> ScrubAsync(long bytesPerSecond, CancellationToken cancellationToken = default) =>
        new CacheScrubber(directory, usage, options.Time).RunAsync(bytesPerSecond, cancellationToken);

    /// <summary>
    /// Leaves the cache. The last opening to go brings everything to the disk, so that nothing is in doubt after a loss of power.
    /// </summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            closing.Cancel();
            recounting.Wait();
            closing.Dispose();
            directory.Close(wrote);
            usage.Dispose();
            directory.Dispose();
        }
    }

    internal FileDescriptor Root => directory.Root;

    internal Errno OpenStaged(out StagedFile? staged) => directory.OpenStaged(out staged);

    /// <summary>Frees space for a write that found the disk full; false where nothing could be freed.</summary>
    internal bool MakeRoom() => Evict((long)(usage.Bytes * options.LowWatermark)) > 0;

    /// <summary>Puts a verified file in its place.</summary>
    internal OpenedObject Commit(StagedFile file, in CachedObject entry, long length, ReadOnlySpan<byte> sha256, bool isVolatile)
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

            // It was damaged or went away again: TryOpen removed it.
            usage.Add(footprint);
            errno = file.Place(path);
        }

        if (errno == Errno.None)
        {
            wrote = true;
            return TryOpen(entry, length, out OpenedObject opened) ? opened : Uncached(file, length);
        }

        usage.Remove(footprint);
        return errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EEXIST
            ? Uncached(file, length)
            : throw StorageFailure.Make("caching an object", Location, errno);
    }

    private void Recount()
    {
        try
        {
            eviction.Recount(closing.Token);
        }
        catch (Exception error) when (error is StratoException or OperationCanceledException)
        {
            // The counters stay too large rather than too small, and every eviction counts again.
        }
    }

    private static OpenedObject Uncached(StagedFile file, long length)
    {
        PosixFile.Duplicate(file.File, out FileDescriptor? copy).ThrowIfFailed("opening an object", "the cache");
        return new OpenedObject(copy!, length, IsCached: false);
    }

    private void Seal(FileDescriptor file, long length, ReadOnlySpan<byte> sha256, bool isVolatile)
    {
        const uint readOnly = 0x100; // 0400
        Errno errno = EntryDigest.Write(file, length, sha256);
        if (errno is not Errno.None and not Errno.EOPNOTSUPP and not Errno.ENOSPC and not Errno.EDQUOT)
        {
            throw StorageFailure.Make("caching an object", Location, errno);
        }

        PosixFile.SetPermissions(file, readOnly).ThrowIfFailed("caching an object", Location);
        Stamp(file.Value, isVolatile);
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
                    eviction.Run(Math.Min((long)(options.Quota * options.LowWatermark), options.Quota - footprint));
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

    private void Renew(int descriptor, in FileStatus status)
    {
        if (EntryStamp.IsStale(status.ModificationTime, options.Time.GetUtcNow(), options.StampInterval))
        {
            Stamp(descriptor, EntryStamp.IsVolatile(status.ModificationTime));
        }
    }

    private void Stamp(int descriptor, bool isVolatile)
    {
        // On a read-only file system, or one that is somebody else's, the entry keeps its age; that costs order among the oldest, nothing
        // else.
        Timestamp stamp = EntryStamp.Make(options.Time.GetUtcNow(), isVolatile);
        _ = RawDescriptor.SetTimes(descriptor, stamp, stamp);
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
