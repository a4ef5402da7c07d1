using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Publishing.Traversal;

namespace Strato.Tests.Publishing.Traversal;

/// <summary>Notes what a traversal shows.</summary>
internal sealed class RecordingVisitor : ICatalogVisitor
{
    private readonly Lock gate = new();

    /// <summary>Which catalogs to read; all where this is null.</summary>
    public Func<CatalogPlace, bool>? Wants { get; init; }

    /// <summary>Goes on after a catalog that cannot be read.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Does something before a visit is noted.</summary>
    public Action? OnVisit { get; init; }

    public List<CatalogPlace> Visited { get; } = [];

    public List<string> Failed { get; } = [];

    public List<ObjectHash> Left { get; } = [];

    public HashSet<ObjectName> Objects { get; } = [];

    public bool Enter(CatalogPlace place) => Wants?.Invoke(place) ?? true;

    public void Visit(CatalogReader catalog, CatalogPlace place)
    {
        OnVisit?.Invoke();
        lock (gate)
        {
            Visited.Add(place);
            Objects.Add(place.Name);
            foreach (CatalogObject found in catalog.EnumerateObjects())
            {
                Objects.Add(found.Name);
            }
        }
    }

    public void Fail(CatalogPlace place, StratoException error)
    {
        if (!GoesOn)
        {
            throw error;
        }

        lock (gate)
        {
            Failed.Add(place.Path.ToString());
        }
    }

    public void Leave(CatalogPlace place)
    {
        lock (gate)
        {
            Left.Add(place.Hash);
        }
    }
}
