using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Storage.Local;
using Strato.Storage.Objects;

namespace Strato.Testing.Conformance;

/// <summary>
/// Publishes the conformance tree's file of more than four gigabytes by its catalog row and its chunks, of which nearly all are one object: to hash and encode all
/// its bytes takes half a minute.
/// </summary>
internal static class ConformanceLargeFile
{
    private const int ChunkLength = 256 * 1024;

    /// <summary>Makes one revision more, with the file beside <c>content/chunked</c>.</summary>
    /// <param name="storage">The repository's storage directory.</param>
    /// <param name="keys">What it is signed with.</param>
    public static async Task PublishAsync(string storage, RepositoryKeys keys)
    {
        await using LocalObjectStore store = LocalObjectStore.Open(storage);
        string manifestFile = Path.Combine(storage, ObjectKey.Manifest);
        Manifest manifest = Manifest.Parse(File.ReadAllBytes(manifestFile));
        using TemporaryFolder folder = new();
        File.WriteAllBytes(
            folder["catalog"],
            new ObjectReader(store, CancellationToken.None).ReadWhole(new ObjectName(manifest.RootCatalog, ObjectKind.Catalog), CompressionAlgorithm.Zlib, int.MaxValue));
        using ObjectWriter writer = new(store, manifest.HashAlgorithm, ObjectEncoding.Zlib, new StoredCounter(), CancellationToken.None);
        using (CatalogWriter catalog = CatalogWriter.Open(ConformanceTree.Bytes(folder["catalog"])))
        {
            Insert(catalog, writer);
            catalog.SetRevision(manifest.Revision + 1);
            catalog.SetPreviousRevision(manifest.RootCatalog);
            catalog.Seal();
        }

        byte[] image = File.ReadAllBytes(folder["catalog"]);
        Manifest next = manifest with
        {
            RootCatalog = writer.PutWhole(image, ObjectKind.Catalog),
            RootCatalogSize = image.Length,
            Revision = manifest.Revision + 1,
        };
        File.WriteAllBytes(manifestFile, keys.Sign(next));
    }

    private static void Insert(CatalogWriter catalog, ObjectWriter writer)
    {
        PathKey key = KeyOf("/content/large");
        if (!catalog.Content.TryLookup(KeyOf("/content/chunked"), out CatalogEntry? model))
        {
            throw new InvalidOperationException("the tree has no chunked file");
        }

        catalog.Insert(key, KeyOf("/content"), model with { Name = "large"u8.ToArray(), Size = ConformanceTree.LargeLength });
        ObjectHash? zeros = null;
        for (long offset = 0; offset < ConformanceTree.LargeLength; offset += ChunkLength)
        {
            int length = (int)Math.Min(ChunkLength, ConformanceTree.LargeLength - offset);
            byte[] part = ConformanceTree.LargePart(offset, length);
            bool isHole = length == ChunkLength && part.AsSpan().IndexOfAnyExcept((byte)0) < 0;
            ObjectHash hash = isHole && zeros is { } known ? known : writer.PutWhole(part, ObjectKind.Chunk);
            zeros = isHole ? hash : zeros;
            catalog.AddChunk(key, new FileChunk(hash, offset, length));
        }
    }

    private static PathKey KeyOf(string path) => RepositoryPath.KeyOf(ConformanceTree.Bytes(path));
}
