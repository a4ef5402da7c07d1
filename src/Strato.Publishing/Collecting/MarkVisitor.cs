using System.Collections.Concurrent;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Collecting;

/// <summary>Notes the names of everything that the catalogs it is shown need. Safe on any thread.</summary>
internal sealed class MarkVisitor(string repository, ObjectNameSet names) : ICatalogVisitor
{
    private readonly ConcurrentDictionary<ObjectHash, CatalogProperties> roots = [];
    private readonly NameTable late = new(16);
    private bool isSealed;

    /// <summary>True where a catalog that cannot be read is passed over: one of a revision that nobody has a name for, of which a part may be gone.</summary>
    public bool IsLenient { get; set; }

    /// <summary>True where a catalog is there, and stays, though one below it is not, or its own bytes are damaged.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The names that were added after <see cref="Seal"/>.</summary>
    public int LateCount => late.Count;

    /// <summary>What a root catalog that was shown says of itself; null for others.</summary>
    public CatalogProperties? FindRoot(ObjectHash hash) => roots.GetValueOrDefault(hash);

    /// <summary>Notes one object.</summary>
    public void Add(in ObjectName name)
    {
        if (!isSealed)
        {
            names.Add(name);
            return;
        }

        lock (late)
        {
            late.Add(name);
        }
    }

    /// <summary>From now on the names are kept apart, as the set is being read.</summary>
    public void Seal() => isSealed = true;

    /// <summary>True where the object was noted after <see cref="Seal"/>. Not while catalogs are being shown.</summary>
    public bool IsLate(in ObjectName name) => late.Contains(name);

    public void Visit(CatalogReader catalog, CatalogPlace place)
    {
        if (place.Above is null)
        {
            roots[place.Hash] = catalog.Properties;
        }

        Add(place.Name);
        foreach (CatalogObject found in catalog.EnumerateObjects())
        {
            Add(found.Name);
        }
    }

    public void Fail(CatalogPlace place, StratoException error)
    {
        if (!IsLenient)
        {
            throw new StratoException($"cannot tell what {repository} needs: {error.Message} (nothing was deleted; 'strato check --repair' may mend it)", error);
        }

        // What is there of it stays. A root that is gone leaves nobody who claims anything.
        if (place.Above is not null || error is not ObjectProblemException { IsMissing: true })
        {
            IsBroken = true;
        }

        Add(place.Name);
    }
}
