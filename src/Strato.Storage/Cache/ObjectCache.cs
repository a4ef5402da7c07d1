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
    private readonly CacheEntries entries;
    private readonly CacheAdmission admission;
    private readonly CancellationTokenSource closing = new();
    private Task recounting = Task.CompletedTask;
    private Task scrubbing = Task.CompletedTask;
    private bool disposed;

    private ObjectCache(CacheOptions options, CacheDirectory directory, CacheUsage usage)
    {
        this.options = options;
        this.directory = directory;
        this.usage = usage;
        entries = new CacheEntries(directory, usage, options);
        admission = new CacheAdmission(directory, usage, entries, options);
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
            cache.scrubbing = Task.Run(() => new ScrubSchedule(opened, cache.usage, options).RunAsync(cache.closing.Token));
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
    public bool TryOpen(in CachedObject entry, long expectedLength, out int descriptor, out long length) =>
        entries.TryOpen(entry, expectedLength, out descriptor, out length);

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

    /// <summary>
    /// Keeps an open entry from being evicted by any process, until every descriptor and mapping of this opening is gone, by whatever
    /// way: a shared lock on its file. False where it has been removed meanwhile, which leaves it readable all the same.
    /// </summary>
    public static bool TryPin(FileDescriptor entry) =>
        PosixFile.Lock(entry, FileLock.Shared, wait: true) == Errno.None
        && PosixFile.GetStatus(entry, out FileStatus status) == Errno.None
        && status.LinkCount > 0;

    /// <summary>Removes an entry, if it is there; descriptors that are open stay readable.</summary>
    public void Remove(in CachedObject entry) => entries.Remove(entry);

    /// <summary>
    /// Reads an entry against its digest and removes it where it is damaged. True where it is not there afterwards. For an entry whose
    /// bytes turned out to be unreadable or wrong; not for request paths, because it reads all of it.
    /// </summary>
    public bool RemoveIfDamaged(in CachedObject entry) => entries.RemoveIfDamaged(entry);

    /// <summary>
    /// Removes the longest unused entries until at most so many bytes are used, pinned entries excepted. Answers the bytes freed.
    /// </summary>
    public long Evict(long targetBytes) => admission.Evict(targetBytes);

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
            scrubbing.Wait();
            closing.Dispose();
            directory.Close(admission.Wrote);
            usage.Dispose();
            directory.Dispose();
        }
    }

    internal FileDescriptor Root => directory.Root;

    internal Errno OpenStaged(out StagedFile? staged) => directory.OpenStaged(out staged);

    /// <inheritdoc cref="CacheAdmission.MakeRoom"/>
    internal bool MakeRoom() => admission.MakeRoom();

    /// <inheritdoc cref="CacheAdmission.Admit"/>
    internal OpenedObject Commit(StagedFile file, in CachedObject entry, long length, ReadOnlySpan<byte> sha256, bool isVolatile) =>
        admission.Admit(file, entry, length, sha256, isVolatile);

    private void Recount()
    {
        try
        {
            admission.Recount(closing.Token);
        }
        catch (Exception error) when (error is StratoException or OperationCanceledException)
        {
            // The counters stay too large rather than too small, and every eviction counts again.
        }
    }
}
