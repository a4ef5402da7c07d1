using Strato.Client.Nodes;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Namespace;

/// <summary>
/// One catalog at its place in a revision's tree. Its file is opened when somebody needs it and let go when too many are;
/// its readers are lent to one request at a time. Safe on all threads.
/// </summary>
internal sealed class MountedCatalog
{
    private const int MaxIdleReaders = 8;

    /// <summary>How far a catalog may exceed the size that is told of it: the figure is only used against decompression bombs.</summary>
    private const int SizeSlack = 1 << 20;

    private readonly byte[] mountPoint;
    private readonly long size;
    private readonly PooledReader?[] idle = new PooledReader?[MaxIdleReaders];
    private int idleCount;
    private int lentCount;
    private int latch;
    private bool isRetired;
    private FileDescriptor? file;
    private bool isSuspect;
    private byte[]? prefix;

    /// <summary>A catalog whose file is not open yet.</summary>
    /// <param name="index">The catalog's number within its revision.</param>
    /// <param name="mountPoint">The directory that the catalog fills, as users see it.</param>
    /// <param name="hash">The catalog object.</param>
    /// <param name="size">Its plain bytes as whoever refers to it says; 0 where he does not.</param>
    public MountedCatalog(uint index, ReadOnlySpan<byte> mountPoint, ObjectHash hash, long size)
    {
        Index = index;
        this.size = size;
        this.mountPoint = mountPoint.ToArray();
        MountKey = RepositoryPath.KeyOf(mountPoint);
        Hash = hash;
    }

    /// <summary>The catalog's number within its revision, as <see cref="NodeRecord.Catalog"/> keeps it.</summary>
    public uint Index { get; }

    /// <summary>The directory that the catalog fills, as users see it.</summary>
    public ReadOnlySpan<byte> MountPoint => mountPoint;

    /// <summary>The key of the mount point's path.</summary>
    public PathKey MountKey { get; }

    public ObjectHash Hash { get; }

    /// <summary>The object; catalogs are stored as zlib streams in every repository.</summary>
    public CachedObject Content => new(new ObjectName(Hash, ObjectKind.Catalog), CompressionAlgorithm.Zlib);

    /// <summary>What brings the object in.</summary>
    public ObjectRequest Request => new(Content) { MaximumLength = size is > 0 and < long.MaxValue - SizeSlack ? size + SizeSlack : -1 };

    /// <summary>What the catalog says of itself; null until it was opened for the first time.</summary>
    public CatalogSummary? Summary { get; private set; }

    /// <summary>When a reader was last lent, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastUse { get; private set; }

    /// <summary>True where the catalog was published for another place, so that paths have to be translated. Known once it was opened.</summary>
    public bool IsTranslated => prefix is not null;

    /// <summary>The key of a path, given as users see it, in this catalog, which may have been published for another place.</summary>
    public PathKey KeyOf(ReadOnlySpan<byte> path)
    {
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        return RepositoryPath.KeyOf(Translate(path, buffer));
    }

    /// <summary>A path, given as users see it, as the catalog's rows have it. The result may lie in <paramref name="buffer"/>.</summary>
    public ReadOnlySpan<byte> Translate(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        if (prefix is null)
        {
            return path;
        }

        ReadOnlySpan<byte> tail = path[mountPoint.Length..];
        if (prefix.Length + tail.Length > buffer.Length)
        {
            throw new CatalogException($"catalog {Hash} at {ShownMountPoint}: a path in it is too long");
        }

        prefix.CopyTo(buffer);
        tail.CopyTo(buffer[prefix.Length..]);
        return buffer[..(prefix.Length + tail.Length)];
    }

    /// <summary>
    /// Lends a reader: an idle one, or one more of the open file. Null where no file is open. Throws
    /// <see cref="Core.StratoException"/> where the file is no catalog.
    /// </summary>
    public PooledReader? Lend()
    {
        Latch.Enter(ref latch);
        PooledReader? reader = idleCount > 0 ? idle[--idleCount] : null;
        FileDescriptor? opened = file;

        // Counted before a reader is opened, so that the file stays open meanwhile.
        lentCount += reader is null && opened is null ? 0 : 1;
        LastUse = Environment.TickCount64;
        Latch.Exit(ref latch);
        return reader ?? (opened is null ? null : OpenReader(opened));
    }

    /// <summary>Gives a reader back; it is kept for the next one unless there are enough or the catalog has been retired.</summary>
    public void Return(PooledReader reader)
    {
        Latch.Enter(ref latch);
        isSuspect |= reader.Catalog.HasFailed;
        bool keeps = !isRetired && !reader.Catalog.HasFailed && idleCount < MaxIdleReaders;
        if (keeps)
        {
            idle[idleCount++] = reader;
        }

        FileDescriptor? unused = CountDown();
        Latch.Exit(ref latch);
        if (!keeps)
        {
            reader.Dispose();
        }

        unused?.Dispose();
    }

    /// <summary>
    /// Opens the catalog with its file, which the caller hands over. The cache may drop the file's name at any time; its bytes
    /// stay as long as it is open. False where it is open already, or the revision has been retired.
    /// </summary>
    public bool TryOpen(FileDescriptor opened)
    {
        // As long as it is open no process evicts it, so that the mount can start again where no server answers.
        _ = ObjectCache.TryHold(opened);
        Latch.Enter(ref latch);
        bool takes = file is null && !isRetired;
        file = takes ? opened : file;
        Latch.Exit(ref latch);
        if (!takes)
        {
            opened.Dispose();
        }

        return takes;
    }

    /// <summary>True where a reader has failed since the file was opened: the file on the disk may be damaged.</summary>
    public bool IsSuspect => Volatile.Read(ref isSuspect);

    /// <summary>Lets the file and the idle readers go. False where a reader is lent.</summary>
    public bool TryClose()
    {
        Latch.Enter(ref latch);
        if (lentCount > 0)
        {
            Latch.Exit(ref latch);
            return false;
        }

        CloseIdleAndExit();
        return true;
    }

    /// <summary>The revision is no longer shown: lets go what is idle now, and what is lent when it comes back.</summary>
    public void Retire()
    {
        Latch.Enter(ref latch);
        isRetired = true;
        CloseIdleAndExit();
    }

    private PooledReader OpenReader(FileDescriptor held)
    {
        PooledReader? opened = null;
        try
        {
            opened = PooledReader.Open(held, $"{Hash} at {ShownMountPoint}");
            Summary ??= Inspect(opened.Catalog);
            return opened;
        }
        catch
        {
            opened?.Dispose();
            Latch.Enter(ref latch);
            isSuspect = true;
            FileDescriptor? unused = CountDown();
            Latch.Exit(ref latch);
            unused?.Dispose();
            throw;
        }
    }

    /// <summary>One reader fewer is lent; answers the file if that was the last of a retired catalog. The caller holds the latch.</summary>
    private FileDescriptor? CountDown()
    {
        lentCount--;
        if (!isRetired || lentCount > 0)
        {
            return null;
        }

        FileDescriptor? unused = file;
        file = null;
        return unused;
    }

    private void CloseIdleAndExit()
    {
        PooledReader?[] readers = idle.AsSpan(0, idleCount).ToArray();
        FileDescriptor? unused = lentCount == 0 ? file : null;
        file = lentCount == 0 ? null : file;
        isSuspect &= lentCount > 0;
        idleCount = 0;
        Latch.Exit(ref latch);
        foreach (PooledReader? reader in readers)
        {
            reader!.Dispose();
        }

        unused?.Dispose();
    }

    private CatalogSummary Inspect(CatalogReader reader)
    {
        ReadOnlySpan<byte> ownPrefix = reader.Properties.RootPrefix.Bytes;
        if (!ownPrefix.SequenceEqual(mountPoint))
        {
            prefix = ownPrefix.ToArray();
        }

        // A catalog without its own root directory would show every path in it as missing.
        if (!reader.TryFind(RepositoryPath.KeyOf(ownPrefix), out CatalogRow root) || !root.IsDirectory)
        {
            throw new CatalogException($"catalog {Hash} at {ShownMountPoint} is corrupt: it has no root directory");
        }

        return new CatalogSummary(reader.Counters, reader.NestedCatalogs.Count + reader.BindMountPoints.Count > 0, reader.Properties);
    }

    private string ShownMountPoint => mountPoint.Length == 0 ? "/" : BytesText.Escape(mountPoint);
}
