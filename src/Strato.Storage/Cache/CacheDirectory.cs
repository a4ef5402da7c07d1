using System.Security.Cryptography;
using System.Text;
using Strato.Core;
using Strato.Posix;
using Strato.Storage.Local;

namespace Strato.Storage.Cache;

/// <summary>
/// A cache's directory while it is open: its layout, the lock that tells openings apart, and the session file. See
/// docs/designs/003-cache.md for what is on disk when.
/// </summary>
internal sealed class CacheDirectory : IDisposable
{
    private const uint OwnerOnly = 0x1C0; // 0700
    private const uint OwnerFile = 0x180; // 0600

    private readonly FileDescriptor openings;
    private readonly CacheLayout layout;
    private readonly TimeSpan patience;
    private volatile bool needsNames;

    private CacheDirectory(string location, FileDescriptor root, FileDescriptor openings, TimeSpan patience)
    {
        this.patience = patience;
        layout = new CacheLayout(root, location);
        Location = location;
        Root = root;
        this.openings = openings;
    }

    public string Location { get; }

    public FileDescriptor Root { get; }

    /// <summary>
    /// True where this is the only opening and the last one ended without closing the cache: its counters are to be checked.
    /// </summary>
    public bool NeedsRecount { get; private set; }

    public SuspectWindow Suspects { get; private set; }

    /// <summary>Opens the directory, making it where it is missing. Waits only for another opening that is just making it.</summary>
    public static CacheDirectory Open(CacheOptions options)
    {
        string location = Path.GetFullPath(options.Directory);
        FileDescriptor root = OpenRoot(location);
        FileDescriptor? lockFile = null;
        try
        {
            PosixFile.Open(root, "lock"u8, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out lockFile, OwnerFile)
                .ThrowIfFailed("opening the cache", location);
            CacheDirectory directory = new(location, root, lockFile!, options.LockPatience);
            directory.Enter(options.Time);
            return directory;
        }
        catch
        {
            lockFile?.Dispose();
            root.Dispose();
            throw;
        }
    }

    /// <summary>Takes the lock under which entries are counted and evicted; disposing the result frees it.</summary>
    /// <exception cref="StratoException">Another process has it for longer than <see cref="CacheOptions.LockPatience"/>.</exception>
    public FileDescriptor TakeMaintenanceLock()
    {
        PosixFile.Open(Root, "maintenance"u8, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, out FileDescriptor? file, OwnerFile)
            .ThrowIfFailed("locking the cache", Location);
        Errno errno = CacheLock.Take(file!, FileLock.Exclusive, patience);
        if (errno != Errno.None)
        {
            file!.Dispose();
            throw LockFailure(errno);
        }

        return file!;
    }

    /// <summary>Opens a file for an entry that is on its way, readable too.</summary>
    public Errno OpenStaged(out StagedFile? staged)
    {
        staged = null;
        if (!needsNames)
        {
            Errno unnamed = PosixFile.Open(Root, "txn"u8, OpenFlags.ReadWrite | OpenFlags.Temporary, out FileDescriptor? file, OwnerFile);
            if (unnamed == Errno.None)
            {
                staged = new StagedFile(Root, file!, name: null);
                return Errno.None;
            }

            if (unnamed is not Errno.EOPNOTSUPP and not Errno.EISDIR)
            {
                return unnamed;
            }

            needsNames = true;
        }

        string name = $"txn/{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        Errno errno = PosixFile.Open(
            Root, Encoding.ASCII.GetBytes(name), OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, out FileDescriptor? named, OwnerFile);
        staged = errno == Errno.None ? new StagedFile(Root, named!, name) : null;
        return errno;
    }

    /// <summary>Makes what is missing of the layout, because somebody removed a part of it while it was in use.</summary>
    public void Complete()
    {
        using FileDescriptor maintenance = TakeMaintenanceLock();
        layout.Complete();
    }

    /// <summary>Leaves the cache. The last one to go records that everything is on the disk, where it wrote anything.</summary>
    public void Close(bool wrote)
    {
        if (PosixFile.Lock(openings, FileLock.Exclusive, wait: false) == Errno.None
            && (!wrote || Durability.SyncFileSystem(Root) == Errno.None)
            && ReadSession() is { } session)
        {
            // Where this fails the entries are looked at once more after the next boot; nothing else depends on it.
            _ = TryWriteSession(session with { BootId = null });
        }
    }

    public void Dispose()
    {
        openings.Dispose();
        Root.Dispose();
    }

    private void ThrowIfNotLocked(Errno errno)
    {
        if (errno != Errno.None)
        {
            throw LockFailure(errno);
        }
    }

    private StratoException LockFailure(Errno errno) => errno == Errno.EAGAIN
        ? new StratoException($"using the cache {Location} failed: another process has held its lock for {patience.TotalSeconds:0.#} seconds; is one stopped?")
        : StorageFailure.Make("locking the cache", Location, errno);

    private static FileDescriptor OpenRoot(string location)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(location);
        Errno errno = PosixFile.Open(null, bytes, OpenFlags.Directory, out FileDescriptor? root);
        if (errno == Errno.ENOENT)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(location) ?? "/");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new StratoException($"creating the cache directory {location} failed: {error.Message}", error);
            }

            errno = PosixPath.MakeDirectory(null, bytes, OwnerOnly);
            errno = errno is Errno.None or Errno.EEXIST ? PosixFile.Open(null, bytes, OpenFlags.Directory, out root) : errno;
        }

        errno.ThrowIfFailed("opening the cache", location);
        return root!;
    }

    private void Enter(TimeProvider time)
    {
        while (true)
        {
            Errno errno = PosixFile.Lock(openings, FileLock.Exclusive, wait: false);
            if (errno == Errno.None)
            {
                Prepare(time);
                ThrowIfNotLocked(CacheLock.Take(openings, FileLock.Shared, patience));
                return;
            }

            if (errno != Errno.EAGAIN)
            {
                throw StorageFailure.Make("opening the cache", Location, errno);
            }

            ThrowIfNotLocked(CacheLock.Take(openings, FileLock.Shared, patience));
            if (layout.IsThere)
            {
                Suspects = ReadSession()?.Suspects ?? default;
                return;
            }

            // Whoever was making it died: give way, so that one of those who wait can make it.
            PosixFile.Lock(openings, FileLock.None, wait: true).ThrowIfFailed("opening the cache", Location);
        }
    }

    private void Prepare(TimeProvider time)
    {
        bool existed = layout.Prepare();
        CacheSession? previous = ReadSession();
        NeedsRecount = existed && (previous is null || previous.BootId is not null);
        CacheSession session = CacheSession.Continue(previous, BootId.Read(), time.GetUtcNow().ToUnixTimeSeconds(), existed);
        Suspects = session.Suspects;
        Errno errno = TryWriteSession(session);
        if (errno is Errno.ENOSPC or Errno.EDQUOT)
        {
            // A full disk can be read from and evicted from. Without the file the next opening doubts everything, which is safe.
            errno = PosixPath.Unlink(Root, "session"u8);
            errno = errno == Errno.ENOENT ? Errno.None : errno;
        }

        errno.ThrowIfFailed("opening the cache", Location);
    }

    private CacheSession? ReadSession() => CacheSession.TryParse(CacheLayout.ReadSmallFile(Root, Location, "session"u8, CacheSession.MaximumLength));

    private Errno TryWriteSession(CacheSession session) => DurableFile.Replace(Root, "session"u8, session.Format(), OwnerFile);
}
