using System.Collections.Concurrent;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Checking;

/// <summary>
/// Checks the catalogs that it is shown, each against itself, and once everything below one is done its counters against what is there. Safe on any thread.
/// </summary>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="damage">Takes catalogs that are missing or damaged.</param>
/// <param name="objects">Takes files' objects to look at.</param>
/// <param name="known">What catalogs have in all that were found whole by an earlier check, and are not looked at again.</param>
internal sealed class TreeCheck(
    ProblemReport problems, DamageList damage, ObjectChecks objects, IReadOnlyDictionary<ObjectHash, CatalogCounts> known) : ICatalogVisitor
{
    private readonly ConcurrentDictionary<ObjectHash, CatalogCounts> totals = new(known);
    private readonly ConcurrentDictionary<ObjectHash, CatalogEntry> mountPoints = [];
    private readonly ConcurrentDictionary<ObjectHash, CountedCatalog> counted = [];
    private readonly ConcurrentDictionary<ObjectHash, ulong> revisions = [];

    /// <summary>What each catalog that was found to be readable has in all, the known ones among them.</summary>
    public IReadOnlyDictionary<ObjectHash, CatalogCounts> Totals => totals;

    /// <summary>Says which revision a root catalog is to be.</summary>
    public void Expect(ObjectHash root, ulong revision) => revisions.TryAdd(root, revision);

    // Who refers to a known one has its total from the earlier check.
    public bool Enter(CatalogPlace place) => !known.ContainsKey(place.Hash);

    public void Visit(CatalogReader catalog, CatalogPlace place)
    {
        if (place.Above is null && revisions.TryGetValue(place.Hash, out ulong revision) && catalog.Properties.Revision != revision)
        {
            problems.Add($"the root catalog {place.Hash} says that it is revision {catalog.Properties.Revision}, not {revision}");
        }

        mountPoints.TryRemove(place.Hash, out CatalogEntry? mountPoint);
        CatalogCheck check = new(catalog, place.Path, problems, objects);
        CatalogCounts self = check.Run(mountPoint);
        foreach ((NestedCatalog nested, CatalogEntry entry) in check.Nested.Where(nested => !known.ContainsKey(nested.Reference.Hash)))
        {
            mountPoints.TryAdd(nested.Hash, entry);
        }

        counted[place.Hash] = new CountedCatalog(
            catalog.Properties.Schema, self, catalog.Counters.Subtree, [.. check.Nested.Select(nested => nested.Reference.Hash)]);
    }

    public void Fail(CatalogPlace place, StratoException error)
    {
        counted.TryRemove(place.Hash, out _);
        if (error is not ObjectProblemException problem)
        {
            problems.Add($"{place.Path}: {error.Message}");
            return;
        }

        problems.Add($"{place.Path}: catalog {place.Name} {problem.Problem}");
        damage.Add(new DamagedObject(place.Name, CompressionAlgorithm.Zlib, place.Reference.Size > 0 ? place.Reference.Size : null));
    }

    public void Leave(CatalogPlace place)
    {
        counted.TryRemove(place.Hash, out CountedCatalog? catalog);
        CatalogCounts subtree = default;
        foreach (ObjectHash nested in catalog!.Nested)
        {
            subtree += totals.GetValueOrDefault(nested);
        }

        CatalogCheck.CompareCounts(catalog.Schema, place.Path, catalog.Subtree, subtree, "subtree", problems);
        totals[place.Hash] = catalog.Self + subtree;
    }

    private sealed record CountedCatalog(CatalogSchema Schema, CatalogCounts Self, CatalogCounts Subtree, ObjectHash[] Nested);
}
