using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Publishing.Traversal;

/// <summary>A catalog where a traversal first came by it.</summary>
/// <param name="Reference">Its path, hash and plain size (0 where unknown).</param>
/// <param name="Above">The catalog that refers to it; null for a root.</param>
internal sealed record CatalogPlace(NestedCatalog Reference, CatalogPlace? Above)
{
    public RepositoryPath Path => Reference.Path;

    public ObjectHash Hash => Reference.Hash;

    public ObjectName Name => new(Reference.Hash, ObjectKind.Catalog);

    /// <summary>How many catalogs are above.</summary>
    public int Depth { get; } = Above is null ? 0 : Above.Depth + 1;
}
