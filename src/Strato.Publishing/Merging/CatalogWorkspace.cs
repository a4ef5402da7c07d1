using System.Collections.Concurrent;
using System.Text;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Merging;

/// <summary>
/// Where catalogs are taken out of the store into working files and put back. Catalogs are always compressed, whatever the repository
/// does with its files. Safe on any thread.
/// </summary>
internal sealed class CatalogWorkspace : IDisposable
{
    /// <summary>The largest catalog that is opened, in plain bytes: far above what clients can be asked to load.</summary>
    private const long MaximumSize = 16L * 1024 * 1024 * 1024;

    private readonly IObjectStore store;
    private readonly string folder;
    private readonly HashAlgorithm algorithm;
    private readonly ObjectEncoding encoding;
    private readonly StoredCounter counter;
    private readonly CancellationToken cancellation;
    private readonly ObjectReader reader;
    private readonly ConcurrentBag<ObjectWriter> writers = [];
    private long files;

    /// <summary>Makes a workspace.</summary>
    /// <param name="store">Where the objects are.</param>
    /// <param name="folder">An empty directory for working files.</param>
    /// <param name="algorithm">The hash of new catalogs.</param>
    /// <param name="encoding">The encoder of the repository's files.</param>
    /// <param name="counter">Counts new objects.</param>
    /// <param name="cancellation">Ends every wait.</param>
    public CatalogWorkspace(
        IObjectStore store, string folder, HashAlgorithm algorithm, ObjectEncoding encoding, StoredCounter counter, CancellationToken cancellation)
    {
        this.store = store;
        this.folder = folder;
        this.algorithm = algorithm;
        this.encoding = encoding == ObjectEncoding.None ? ObjectEncoding.Zlib : encoding;
        this.counter = counter;
        this.cancellation = cancellation;
        reader = new ObjectReader(store, cancellation);
    }

    public CancellationToken Cancellation => cancellation;

    /// <summary>A path for a working file; nothing is there.</summary>
    public byte[] NewFile() =>
        Encoding.UTF8.GetBytes(Path.Combine(folder, $"catalog-{Interlocked.Increment(ref files)}"));

    /// <summary>Copies a catalog into a working file of its own and returns that.</summary>
    public byte[] CheckOut(NestedCatalog reference)
    {
        byte[] file = NewFile();
        PosixFile.Open(null, file, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, out FileDescriptor? target, 0x180)
            .ThrowIfFailed("make the working file", file);
        using (target)
        {
            long limit = reference.Size > 0 ? reference.Size : MaximumSize;
            reader.Read(new ObjectName(reference.Hash, ObjectKind.Catalog), CompressionAlgorithm.Zlib, limit, piece =>
                PosixFile.WriteAll(target!, piece.Span).ThrowIfFailed("write the working file", file));
        }

        return file;
    }

    /// <summary>Puts a sealed working file as a catalog, removes the file and returns the reference to the catalog.</summary>
    public NestedCatalog CheckIn(byte[] file, Core.Paths.RepositoryPath path)
    {
        ObjectWriter writer = writers.TryTake(out ObjectWriter? idle)
            ? idle
            : new ObjectWriter(store, algorithm, encoding, counter, cancellation);
        try
        {
            long size = 0;
            PosixFile.Open(null, file, OpenFlags.ReadOnly, out FileDescriptor? source).ThrowIfFailed("read the working file", file);
            using (source)
            {
                byte[] buffer = new byte[256 * 1024];
                writer.Begin();
                while (true)
                {
                    PosixFile.Read(source!, buffer, out int count).ThrowIfFailed("read the working file", file);
                    if (count == 0)
                    {
                        break;
                    }

                    writer.Append(buffer.AsSpan(0, count));
                    size += count;
                }
            }

            NestedCatalog reference = new(path, writer.End(ObjectKind.Catalog), size);
            Discard(file);
            return reference;
        }
        finally
        {
            writers.Add(writer);
        }
    }

    /// <summary>Removes a working file.</summary>
    public static void Discard(byte[] file) => PosixPath.Unlink(null, file).ThrowIfFailed("remove the working file", file);

    /// <summary>Puts the object of an empty file and returns it.</summary>
    public (ObjectHash Hash, CompressionAlgorithm Compression) PutEmptyFile(ObjectEncoding fileEncoding)
    {
        using ObjectWriter writer = new(store, algorithm, fileEncoding, counter, cancellation);
        return (writer.PutWhole([], ObjectKind.File), writer.Compression);
    }

    /// <summary>Reads what a catalog in the store counts.</summary>
    public CatalogCounters CountersOf(NestedCatalog reference)
    {
        byte[] file = CheckOut(reference);
        try
        {
            using CatalogReader catalog = CatalogReader.Open(file);
            return catalog.Counters;
        }
        finally
        {
            Discard(file);
        }
    }

    public void Dispose()
    {
        foreach (ObjectWriter writer in writers)
        {
            writer.Dispose();
        }
    }
}
