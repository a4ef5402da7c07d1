using System.Globalization;
using System.Text;
using Strato.Core;
using Strato.Posix;
using Strato.Storage.Objects;

namespace Strato.Storage.Local;

/// <summary>
/// Objects in a directory as the genuine tools lay it out and any web server can show it: the mutable ones at the top, the others in
/// <c>data/00</c> to <c>data/ff</c>, both world-readable under the usual umask. Several processes may write to it at once. Every call
/// completes synchronously. See docs/designs/007-storage.md for what is on disk when.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
    private const uint DirectoryMode = 0x1FF; // 0777, before the umask
    private readonly FileDescriptor root;
    private readonly LocalTree tree;
    private readonly StagingArea staging;
    private readonly Writeback writeback;
    private readonly Lock gate = new();
    private WriteSession? session;

    private LocalObjectStore(FileDescriptor root, string location)
    {
        this.root = root;
        Location = location;
        tree = new LocalTree(root, location);
        staging = new StagingArea(root, location);
        writeback = new Writeback(root);
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <summary>Makes the directory and its layout, or completes it where a part is there already, and opens it.</summary>
    public static LocalObjectStore Create(string path)
    {
        string location = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(location);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"creating the storage directory {location} failed: {error.Message}", error);
        }

        FileDescriptor directory = OpenRoot(location);
        try
        {
            MakeDirectory(directory, "data", location);
            Spread(directory, "data"u8);
            MakeDirectory(directory, StoragePaths.Staging, location);
            for (int shard = 0; shard < 256; shard++)
            {
                MakeDirectory(directory, string.Create(CultureInfo.InvariantCulture, $"data/{shard:x2}"), location);
            }
        }
        catch
        {
            directory.Dispose();
            throw;
        }

        return new LocalObjectStore(directory, location);
    }

    /// <summary>Opens a storage directory, for reading at least; one without <c>data</c> is refused.</summary>
    public static LocalObjectStore Open(string path)
    {
        string location = Path.GetFullPath(path);
        FileDescriptor directory = OpenRoot(location);
        Errno errno = PosixPath.GetStatus(directory, "data"u8, out FileStatus status, follow: true);
        if (errno == Errno.None && status.Type == FileType.Directory)
        {
            return new LocalObjectStore(directory, location);
        }

        directory.Dispose();
        throw new StratoException($"opening the storage {location} failed: it has no 'data' directory; is it a repository's storage?");
    }

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(tree.Find(key, cancellationToken) is not null);

    /// <inheritdoc/>
    public ValueTask<ObjectStatus?> StatAsync(string key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(
            tree.Find(key, cancellationToken) is { } status ? LocalTree.StatusOf(status) : (ObjectStatus?)null);

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenReadAsync(string key, ByteRange? range = null, CancellationToken cancellationToken = default)
    {
        if (tree.OpenObject(key, cancellationToken, out FileStatus status) is not { } file)
        {
            return ValueTask.FromResult<Stream?>(null);
        }

        long offset = Math.Min(range?.Offset ?? 0, status.Size);
        long length = Math.Min(range?.Length ?? long.MaxValue, status.Size - offset);
        return ValueTask.FromResult<Stream?>(new ObjectFileStream(file, $"{Location}/{key}", offset, length));
    }

    /// <inheritdoc/>
    public ValueTask<VersionedBytes?> ReadAsync(string key, int maximumLength, CancellationToken cancellationToken = default)
    {
        ObjectKey.RequireMutable(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(tree.Read(key, maximumLength));
    }

    /// <inheritdoc/>
    public ValueTask<IStagedObject> CreateStagedAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        WriteSession entered = Enter();
        try
        {
            return ValueTask.FromResult<IStagedObject>(new LocalStagedObject(this, entered, staging.OpenStaged(entered)));
        }
        catch
        {
            Leave(entered);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ObjectKey.RequireImmutable(key);
        if (tree.Find(key, cancellationToken) is { } status && status.Size == bytes.Length)
        {
            return ValueTask.FromResult(false);
        }

        WriteSession entered = Enter();
        try
        {
            using StagedFile file = staging.OpenStaged(entered, key.AsSpan(0, key.LastIndexOf('/')));
            PosixFile.WriteAll(file.File, bytes.Span).ThrowIfFailed($"storing {key}", Location);
            return ValueTask.FromResult(Place(file, key, bytes.Length));
        }
        finally
        {
            Leave(entered);
        }
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        foreach (string key in keys)
        {
            ObjectKey.Require(key);
        }

        Span<byte> buffer = stackalloc byte[StoragePaths.EncodedLength];
        foreach (string key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Errno errno = PosixPath.Unlink(root, StoragePaths.Encode(key, buffer));
            if (errno is not Errno.None and not Errno.ENOENT)
            {
                throw StorageFailure.Make($"deleting {key}", Location, errno);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<SwapResult> CompareAndSwapAsync(
        string key, ObjectVersion? expected, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ObjectKey.RequireMutable(key);
        cancellationToken.ThrowIfCancellationRequested();
        using FileDescriptor held = staging.TakeLock();
        ObjectVersion? current = tree.Read(key, int.MaxValue)?.Version;
        if (current != expected)
        {
            return ValueTask.FromResult(new SwapResult(Swapped: false, current));
        }

        staging.Replace(key, bytes.Span);
        return ValueTask.FromResult(new SwapResult(Swapped: true, LocalTree.VersionOf(bytes.Span)));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectListing> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        new LocalListing(root, Location).List(prefix, cancellationToken).ToAsyncEnumerable();

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        WriteSession? finished = null;
        lock (gate)
        {
            // With a write under way the session lives on: its file must not go before that write's own flush.
            if (session is { Writers: 0 })
            {
                finished = session;
                session = null;
            }
        }

        using (finished)
        {
            Durability.SyncFileSystem(root).ThrowIfFailed("writing objects to disk", Location);
            finished?.Retire(root);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Frees the directory. Objects that were put without a flush stay, and are looked at again after a loss of power.</summary>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            session?.Dispose();
            session = null;
        }

        writeback.Dispose();
        root.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Puts a written file under its key; false where the object is there already.</summary>
    internal bool Place(StagedFile file, string key, long length)
    {
        ReadOnlySpan<byte> path = StoragePaths.Encode(key, stackalloc byte[StoragePaths.EncodedLength]);
        while (true)
        {
            Errno errno = file.Place(path);
            switch (errno)
            {
                case Errno.None:
                    writeback.Note(length);
                    return true;
                case Errno.ENOENT:
                    MakeDirectory(root, key[..key.LastIndexOf('/')], Location);
                    break;
                case Errno.EEXIST when tree.Find(key, CancellationToken.None) is { } present && present.Size == length:
                    return false;
                case Errno.EEXIST:
                    // A key is the hash of its bytes, so another length is damage; the good bytes are at hand.
                    _ = PosixPath.Unlink(root, path);
                    break;
                default:
                    throw StorageFailure.Make($"storing {key}", Location, errno);
            }
        }
    }

    /// <summary>Ends a write that <see cref="Enter"/> began.</summary>
    internal void Leave(WriteSession entered)
    {
        lock (gate)
        {
            entered.Writers--;
        }
    }

    private static FileDescriptor OpenRoot(string location)
    {
        PosixFile.Open(null, Encoding.UTF8.GetBytes(location), OpenFlags.Directory, out FileDescriptor? root)
            .ThrowIfFailed("opening the storage", location);
        return root!;
    }

    /// <summary>
    /// ext4 looks at every recently deleted inode of a directory's block group before it gives out one, so 10,000 objects took 0.4 to 4 s
    /// where others had been deleted just before; spread over the groups of 256 directories they take 0.3 to 0.4 s. No file system needs it.
    /// </summary>
    private static void Spread(FileDescriptor root, ReadOnlySpan<byte> path)
    {
        if (PosixFile.Open(root, path, OpenFlags.Directory, out FileDescriptor? directory) == Errno.None)
        {
            using (directory)
            {
                _ = Allocation.SpreadDirectories(directory!);
            }
        }
    }

    private static void MakeDirectory(FileDescriptor root, string path, string location)
    {
        Errno errno = PosixPath.MakeDirectory(root, Encoding.ASCII.GetBytes(path), DirectoryMode);
        if (errno is not Errno.None and not Errno.EEXIST)
        {
            throw StorageFailure.Make($"creating the directory {path}", location, errno);
        }
    }

    private WriteSession Enter()
    {
        lock (gate)
        {
            session ??= staging.BeginSession();
            session.Writers++;
            return session;
        }
    }
}
