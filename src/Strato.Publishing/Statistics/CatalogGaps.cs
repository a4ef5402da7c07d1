using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Statistics;

/// <summary>Catalogs that could not be read. Safe on any thread.</summary>
internal sealed class CatalogGaps
{
    private readonly Lock gate = new();
    private readonly HashSet<ObjectHash> missing = [];
    private string first = string.Empty;

    public long Count
    {
        get
        {
            lock (gate)
            {
                return missing.Count;
            }
        }
    }

    /// <summary>What a person should know; null where nothing is missing.</summary>
    public string? Describe() => Count == 0
        ? null
        : $"{(Count == 1 ? "1 catalog" : $"{Count:N0} catalogs")} could not be read, the first at {first}; what is below is not counted";

    public static void RequirePlace(CatalogReader catalog, CatalogPlace place)
    {
        if (catalog.Properties.RootPrefix != place.Path)
        {
            throw new CatalogException($"the catalog {place.Hash} belongs at {catalog.Properties.RootPrefix}, not at {place.Path}");
        }
    }

    /// <summary>Notes one; a root that cannot be read is an error.</summary>
    public void Add(CatalogPlace place, StratoException error)
    {
        if (place.Above is null)
        {
            throw new StratoException($"cannot read the root catalog: {error.Message}", error);
        }

        lock (gate)
        {
            if (missing.Add(place.Hash) && missing.Count == 1)
            {
                first = $"{place.Path}: {error.Message}";
            }
        }
    }
}
