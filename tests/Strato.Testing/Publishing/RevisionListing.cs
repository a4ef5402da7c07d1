using System.Buffers;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Publishing.Objects;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Testing.Publishing;

/// <summary>Everything in one revision of a storage directory, read straight from its catalogs.</summary>
public sealed class RevisionListing : IDisposable
{
    private readonly IObjectStore store;
    private readonly SortedDictionary<RepositoryPath, RevisionEntry> entries = [];
    private readonly Dictionary<RepositoryPath, CatalogCounters> catalogs = [];
    private readonly Dictionary<string, ObjectName> names = new(StringComparer.Ordinal);

    private RevisionListing(IObjectStore store) => this.store = store;

    /// <summary>The entries by path.</summary>
    public IReadOnlyDictionary<RepositoryPath, RevisionEntry> Entries => entries;

    /// <summary>What each catalog counts, by its path.</summary>
    public IReadOnlyDictionary<RepositoryPath, CatalogCounters> Catalogs => catalogs;

    /// <summary>The manifest that the storage had.</summary>
    public Manifest Manifest { get; private set; } = null!;

    /// <summary>Reads a revision.</summary>
    /// <param name="storage">The storage directory.</param>
    /// <param name="tag">The revision's tag; null for the current one.</param>
    public static RevisionListing Read(string storage, string? tag = null) => Read(LocalObjectStore.Open(storage), tag);

    /// <summary>Reads a revision.</summary>
    /// <param name="store">The storage, which is disposed of with the listing.</param>
    /// <param name="tag">The revision's tag; null for the current one.</param>
    public static RevisionListing Read(IObjectStore store, string? tag = null)
    {
        VersionedBytes? manifest = Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength));
        RevisionListing listing = new(store) { Manifest = Manifest.Parse(manifest!.Bytes.Span) };
        ObjectHash root = tag is null ? listing.Manifest.RootCatalog : listing.FindTag(tag).RootCatalog;
        listing.ReadCatalog(RepositoryPath.Root, root);
        return listing;
    }

    /// <summary>The object of the catalog at a path.</summary>
    public ObjectName NameOf(string path) => names[path];

    /// <summary>A file's content.</summary>
    public byte[] ReadContent(RevisionEntry entry)
    {
        ArrayBufferWriter<byte> content = new();
        ObjectReader reader = new(store, CancellationToken.None);
        IEnumerable<(ObjectName Name, long Size)> objects = entry.Chunks.Count == 0
            ? [(new ObjectName(entry.Entry.Hash, ObjectKind.File), entry.Entry.Size)]
            : entry.Chunks.Select(chunk => (new ObjectName(chunk.Hash, ObjectKind.Chunk), chunk.Size));
        foreach ((ObjectName name, long size) in objects)
        {
            reader.Read(name, entry.Entry.Compression, size, piece => content.Write(piece.Span));
        }

        return content.WrittenSpan.ToArray();
    }

    public void Dispose() => Blocking.Wait(store.DisposeAsync());

    private HistoryTag FindTag(string name)
    {
        byte[] image = new ObjectReader(store, CancellationToken.None).ReadWhole(
            new ObjectName(Manifest.History!.Value, ObjectKind.History), CompressionAlgorithm.Zlib, int.MaxValue);
        using HistoryDatabase history = HistoryDatabase.OpenImage(image, "history");
        return history.Find(name) ?? throw new ArgumentException($"there is no tag {name}", nameof(name));
    }

    private void ReadCatalog(RepositoryPath path, ObjectHash hash)
    {
        byte[] image = new ObjectReader(store, CancellationToken.None).ReadWhole(
            new ObjectName(hash, ObjectKind.Catalog), CompressionAlgorithm.Zlib, int.MaxValue);
        using CatalogReader catalog = CatalogReader.OpenImage(image, $"{path}");
        catalogs[path] = catalog.Counters;
        names[path.ToString()] = new ObjectName(hash, ObjectKind.Catalog);
        if (!catalog.TryLookup(path.Key, out CatalogEntry? root))
        {
            throw new InvalidOperationException($"the catalog at {path} has no root");
        }

        entries[path] = new RevisionEntry(path, root, [], path);
        ReadDirectory(catalog, path, path);
        foreach (NestedCatalog nested in catalog.NestedCatalogs)
        {
            ReadCatalog(nested.Path, nested.Hash);
        }
    }

    private void ReadDirectory(CatalogReader catalog, RepositoryPath directory, RepositoryPath root)
    {
        foreach (CatalogEntry entry in catalog.List(directory.Key))
        {
            RepositoryPath path = directory.Append(entry.Name);
            IReadOnlyList<FileChunk> chunks = entry.IsChunked ? catalog.Chunks(path.Key, entry.Hash.Algorithm) : [];
            entries[path] = new RevisionEntry(path, entry, chunks, root);
            if (entry.IsDirectory && !entry.IsNestedMountPoint)
            {
                ReadDirectory(catalog, path, root);
            }
        }
    }
}
