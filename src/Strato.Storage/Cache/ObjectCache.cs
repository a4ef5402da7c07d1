using Strato.Core;
using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// A node's cache of plain, verified objects on disk, shared by any number of mounts and processes without a daemon. The directory is the
/// index: an entry's file name is its object's hash, its modification time its last use. See docs/designs/003-cache.md.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="TryOpen(in CachedObject, long, out int, out long)"/> of an entry that is there makes two system calls and no
/// garbage. Entries may vanish at any time; what is open stays readable. So may the whole directory: it is made anew.
/// </remarks>
public sealed class ObjectCache : IDisposable
{
    private readonly CacheOptions options;
    private readonly CacheRestoration opening;
    private readonly KeepingLog keeping;
    private readonly ScrubSchedule schedule;
    private readonly CancellationTokenSource closing = new();
    private readonly Lock counting = new();
    private Task recounting = Task.CompletedTask;
    private Task scrubbing = Task.CompletedTask;
    private bool disposed;

    private ObjectCache(CacheOptions options)
    {
        this.options = options;
        opening = new CacheRestoration(options);
        keeping = new KeepingLog(options);
        schedule = new ScrubSchedule(() => opening.Current, options);
    }

    /// <summary>The cache's directory.</summary>
    public string Location => opening.Current.Directory.Location;

    /// <summary>What the cache holds now.</summary>
    public CacheStatus Status => new(opening.Current.Usage.Bytes, opening.Current.Usage.Entries, options.Quota);

    /// <summary>How often any process made room in the last 24 hours, in whole hours; lost when the directory is.</summary>
    public long EvictionsOfDay => opening.Current.Usage.EvictionsWithin(TimeSpan.FromHours(24), options.Time.GetUtcNow());

    /// <summary>
    /// Opens a cache, making it where it is missing. The first opening after a crash has the entries counted again in the background,
    /// without reading them.
    /// </summary>
    /// <exception cref="StratoException">The directory cannot be made or written, or holds something else.</exception>
    public static ObjectCache Open(CacheOptions options)
    {
        ObjectCache cache = new(options);
        if (cache.opening.Current.Directory.NeedsRecount)
        {
            cache.StartRecount();
        }

        cache.scrubbing = Task.Run(() => cache.schedule.RunAsync(cache.closing.Token));
        return cache;
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
    public bool TryOpen(in CachedObject entry, long expectedLength, out int descriptor, out long length) =>
        opening.Current.Entries.TryOpen(entry, expectedLength, out descriptor, out length);

    /// <inheritdoc cref="TryOpen(in CachedObject, long, out int, out long)"/>
    public bool TryOpen(in CachedObject entry, long expectedLength, out OpenedObject opened)
    {
        bool found = TryOpen(entry, expectedLength, out int descriptor, out long length);
        opened = found ? new OpenedObject(new FileDescriptor(descriptor), length, IsCached: true) : default;
        return found;
    }

    /// <summary>True where the entry is there; its length and digest are not looked at.</summary>
    public bool Contains(in CachedObject entry) =>
        PosixPath.GetStatus(Root, EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]), out _) == Errno.None;

    /// <summary>
    /// Begins an entry. Whoever writes verifies the bytes before committing them. Trouble with the cache's disk is no failure: the bytes
    /// are then kept in memory for this once.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isVolatile">The entry belongs to a repository whose data is evicted before all other.</param>
    public CacheWriter BeginWrite(in CachedObject entry, bool isVolatile = false)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return new CacheWriter(this, entry, isVolatile);
    }

    /// <summary>
    /// Makes an entry of the plain bytes of others, one after the other: a file that is stored in pieces, so that one descriptor reads it. Blocks until
    /// it is there.
    /// </summary>
    /// <param name="whole">The entry's name, a function of the parts'; <see cref="CachedObject.IsAssembled"/> is set.</param>
    /// <param name="parts">The parts in their order.</param>
    /// <param name="isVolatile">As of <see cref="BeginWrite"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where a part is missing, or the copy would take too much of the quota or of the disk, or room from others. Where it does not fit
    /// beside its parts it takes their place.</returns>
    /// <exception cref="StratoException">The disk fails.</exception>
    public bool Assemble(in CachedObject whole, IReadOnlyList<CachePart> parts, bool isVolatile, CancellationToken cancellationToken = default)
    {
        if (!whole.IsAssembled)
        {
            throw new ArgumentException("the name is an object's own", nameof(whole));
        }

        return Contains(whole) || new CacheAssembly(this, options).Run(whole, parts, isVolatile, cancellationToken);
    }

    /// <summary>
    /// Keeps an open entry from being evicted by any process while it is in use: until every descriptor and mapping of this opening is
    /// gone, by whatever way, or <see cref="Release"/>. A shared lock on its file; never waits. False where an eviction has just chosen it,
    /// or it has been removed, which leaves it readable all the same.
    /// </summary>
    public static bool TryHold(FileDescriptor entry) =>
        PosixFile.Lock(entry, FileLock.Shared, wait: false) == Errno.None
        && PosixFile.GetStatus(entry, out FileStatus status) == Errno.None
        && status.LinkCount > 0;

    /// <summary>
    /// As <see cref="TryHold(FileDescriptor)"/>, without waiting for an eviction that has just chosen the entry: what is open is readable
    /// all the same. One system call, no garbage.
    /// </summary>
    public static void Hold(int descriptor) => _ = RawDescriptor.Lock(descriptor, FileLock.Shared, wait: false);

    /// <summary>Lets an entry that stays open be evicted again.</summary>
    public static void Release(int descriptor) => _ = RawDescriptor.Lock(descriptor, FileLock.None, wait: false);

    /// <summary>
    /// Visits the entries until <paramref name="visitor"/> answers false: every one that is there during the whole walk, in no order. Memory
    /// does not grow with the cache; each entry costs four system calls.
    /// </summary>
    /// <exception cref="StratoException">The cache's disk has trouble.</exception>
    public void List(Func<CacheEntryInfo, bool> visitor) => Restored().Entries.List(visitor);

    /// <summary>
    /// Keeps an entry from being evicted by anybody until it is unpinned, across restarts; or lets it go again. It can still be removed,
    /// and is when it turns out to be damaged: fetched again it is not pinned. False where it is not there.
    /// </summary>
    public bool TrySetPinned(in CachedObject entry, bool isPinned) => opening.Current.Entries.TrySetPinned(entry, isPinned);

    /// <summary>Removes an entry, pinned or not; descriptors that are open stay readable. False where it is not there.</summary>
    public bool Remove(in CachedObject entry) => opening.Current.Entries.Remove(entry);

    /// <summary>
    /// Reads an entry against its digest and removes it where it is damaged. True where it is not there afterwards. For an entry whose
    /// bytes turned out to be unreadable or wrong; not for request paths, because it reads all of it.
    /// </summary>
    public bool RemoveIfDamaged(in CachedObject entry) => opening.Current.Entries.RemoveIfDamaged(entry);

    /// <summary>
    /// Removes the longest unused entries until at most so many bytes are used, except what is pinned or in use; 0 removes all others.
    /// Answers the bytes freed. Counts the entries on the way, so that <see cref="Status"/> is exact afterwards.
    /// </summary>
    /// <exception cref="StratoException">The cache's disk has trouble.</exception>
    public long Evict(long targetBytes) => Restored().Admission.Evict(targetBytes);

    /// <summary>
    /// Reads all entries against their digests now and removes the damaged ones; null where another process of this machine is about it.
    /// </summary>
    /// <param name="bytesPerSecond">The pace, at least 1; <see cref="long.MaxValue"/> for as fast as the disk.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="StratoException">The cache's disk has trouble.</exception>
    public Task<ScrubResult?> ScrubAsync(long bytesPerSecond, CancellationToken cancellationToken = default)
    {
        _ = Restored();
        return schedule.ScrubAsync(bytesPerSecond, cancellationToken);
    }

    /// <summary>
    /// Leaves the cache. The last opening to go brings everything to the disk, so that nothing is in doubt after a loss of power.
    /// </summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            closing.Cancel();
            lock (counting)
            {
                recounting.Wait();
            }

            scrubbing.Wait();
            closing.Dispose();
            opening.Current.Directory.Close(opening.Current.Admission.Wrote);
            opening.Dispose();
        }
    }

    /// <summary>The directory, for small files of ours in it. After <see cref="TryRestore"/> it is one that is there.</summary>
    internal FileDescriptor Root => opening.Current.Directory.Root;

    /// <summary>Makes the cache anew where it, or <paramref name="isIncomplete"/> a part of it, was removed.</summary>
    /// <returns>False where that fails, which is told by <see cref="CacheOptions.Notice"/> once.</returns>
    internal bool TryRestore(bool isIncomplete = false)
    {
        try
        {
            _ = opening.Ensure(isIncomplete, out bool hasChanged);
            if (hasChanged)
            {
                StartRecount();
            }

            return true;
        }
        catch (StratoException error)
        {
            keeping.Refused(Location, 0, error.Message);
            return false;
        }
    }

    /// <summary>Opens a file for an entry that is on its way, readable too.</summary>
    internal Errno OpenStaged(out StagedFile? staged)
    {
        staged = null;
        if (!TryRestore())
        {
            return Errno.ENOENT;
        }

        Errno errno = opening.Current.Directory.OpenStaged(out staged);
        return errno == Errno.ENOENT && TryRestore(isIncomplete: true) ? opening.Current.Directory.OpenStaged(out staged) : errno;
    }

    /// <inheritdoc cref="CacheAdmission.MakeRoom"/>
    internal bool MakeRoom()
    {
        try
        {
            return opening.Current.Admission.MakeRoom();
        }
        catch (StratoException)
        {
            // A disk on which nothing can be evicted is one on which nothing can be kept; the caller says so.
            return false;
        }
    }

    /// <summary>Puts a verified file in its place, and opens it; where it cannot be kept, opens it as it is.</summary>
    internal OpenedObject Commit(StagedFile file, in CachedObject entry, long length, ReadOnlySpan<byte> sha256, bool isVolatile, long replaced)
    {
        CacheOpening before = opening.Current;
        Errno errno = before.Admission.TryAdmit(file, entry, length, sha256, isVolatile, replaced, out OpenedObject opened);
        if (errno == Errno.ENOENT && TryRestore(isIncomplete: true) && opening.Current == before)
        {
            errno = before.Admission.TryAdmit(file, entry, length, sha256, isVolatile, replaced, out opened);
        }

        if (errno == Errno.None)
        {
            keeping.Kept(Location, length);
            return opened;
        }

        // An object larger than the whole quota says nothing about others, nor does one whose download met the removal of the cache.
        if (errno is not Errno.EFBIG and not Errno.ENOENT)
        {
            ReportRefused(length, errno);
        }

        PosixFile.Duplicate(file.File, out FileDescriptor? copy).ThrowIfFailed("opening an object", Location);
        return new OpenedObject(copy!, length, IsCached: false);
    }

    /// <summary>Removes an entry unless it is pinned or somebody uses it.</summary>
    internal void RemoveUnused(in CachedObject entry) => opening.Current.Entries.RemoveUnused(entry);

    /// <summary>Notes that an object is not kept, because of trouble with the disk.</summary>
    internal void ReportRefused(long length, Errno errno) =>
        keeping.Refused(Location, length, errno == Errno.EDQUOT ? "its quota is taken by entries that are in use" : errno.Describe());

    /// <summary>For operators' commands, which should see what there is now.</summary>
    private CacheOpening Restored()
    {
        _ = TryRestore();
        return opening.Current;
    }

    private void StartRecount()
    {
        lock (counting)
        {
            recounting = recounting.ContinueWith(_ => Recount(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Recount()
    {
        try
        {
            opening.Current.Eviction.Recount(closing.Token);
        }
        catch (Exception error) when (error is StratoException or OperationCanceledException)
        {
            // The counters stay too large rather than too small, and every eviction counts again.
        }
    }
}
