using Strato.Core.Catalogs;

namespace Strato.Client.Namespace;

/// <summary>A catalog with a reader that is this request's until the lease is disposed.</summary>
internal readonly ref struct CatalogLease
{
    private readonly PooledReader reader;

    public CatalogLease(MountedCatalog catalog, PooledReader reader)
    {
        Catalog = catalog;
        this.reader = reader;
    }

    public MountedCatalog Catalog { get; }

    public CatalogReader Reader => reader.Catalog;

    /// <summary>Gives the reader back. Does nothing for <c>default</c>.</summary>
    public void Dispose() => Catalog?.Return(reader);
}
