using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;

namespace Strato.Publishing.Revisions;

/// <summary>
/// Opens catalogs of a store for reading. Their plain bytes are in files that have no name any more once they are open, in a directory that is removed
/// at the end. One thread.
/// </summary>
internal sealed class CatalogShelf : IDisposable
{
    /// <summary>The largest catalog that is opened where its size is not known, in plain bytes.</summary>
    private const long MaximumSize = 16L * 1024 * 1024 * 1024;

    private readonly ObjectReader objects;
    private readonly string folder;

    /// <summary>Makes the directory.</summary>
    /// <param name="objects">The store.</param>
    /// <param name="purpose">A word for the directory's name.</param>
    public CatalogShelf(ObjectReader objects, string purpose)
    {
        this.objects = objects;
        folder = Directory.CreateTempSubdirectory($"strato-{purpose}-").FullName;
    }

    /// <summary>Catalogs that were opened so far.</summary>
    public long Opened { get; private set; }

    /// <summary>Opens a catalog, which the caller closes.</summary>
    /// <exception cref="StratoException">It is missing, damaged, or belongs elsewhere.</exception>
    public CatalogReader Open(NestedCatalog reference)
    {
        string file = Path.Combine(folder, "catalog");
        try
        {
            using (FileStream target = new(file, FileMode.Create, FileAccess.Write))
            {
                objects.Read(
                    new ObjectName(reference.Hash, ObjectKind.Catalog),
                    CompressionAlgorithm.Zlib,
                    reference.Size > 0 ? reference.Size : MaximumSize,
                    piece => target.Write(piece.Span));
            }

            CatalogReader catalog = CatalogReader.Open(file);
            Opened++;
            return catalog.Properties.RootPrefix == reference.Path ? catalog : throw Misplaced(catalog, reference);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static StratoException Misplaced(CatalogReader catalog, NestedCatalog reference)
    {
        using (catalog)
        {
            return new StratoException($"the catalog {reference.Hash} belongs at {catalog.Properties.RootPrefix}, not at {reference.Path}");
        }
    }
}
