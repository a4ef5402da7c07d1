using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>Checks the catalogs of revisions, nested ones before what they are nested in is compared with them. One thread.</summary>
internal sealed class TreeCheck(IObjectSource source, string work, ProblemReport problems, ObjectChecks objects, CancellationToken cancellation)
{
    private const long MaximumCatalog = 16L * 1024 * 1024 * 1024;

    private readonly Dictionary<ObjectHash, CatalogCounts> totals = [];
    private readonly HashSet<ObjectHash> roots = [];

    /// <summary>Different revisions so far.</summary>
    public int Revisions => roots.Count;

    /// <summary>Different catalogs so far.</summary>
    public long Catalogs => totals.Count;

    /// <summary>Checks one revision.</summary>
    public void Run(ObjectHash root, long size, ulong revision)
    {
        if (!roots.Add(root))
        {
            return;
        }

        NestedCatalog reference = new(RepositoryPath.Root, root, size);
        _ = Check(reference, mountPoint: null, catalog =>
        {
            if (catalog.Properties.Revision != revision)
            {
                problems.Add($"the root catalog {root} says that it is revision {catalog.Properties.Revision}, not {revision}");
            }
        });
    }

    // Returns what the catalog and those below it count.
    private CatalogCounts Check(NestedCatalog reference, CatalogEntry? mountPoint, Action<CatalogReader>? inspect)
    {
        cancellation.ThrowIfCancellationRequested();
        if (totals.TryGetValue(reference.Hash, out CatalogCounts known))
        {
            return known;
        }

        string file = Path.Combine(work, reference.Hash.ToString());
        if (!TryFetch(reference, file))
        {
            return default;
        }

        try
        {
            return CheckFile(reference, mountPoint, inspect, file);
        }
        catch (Exception error) when (error is CatalogException or StratoException)
        {
            problems.Add($"{reference.Path}: {error.Message}");
            return default;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private CatalogCounts CheckFile(NestedCatalog reference, CatalogEntry? mountPoint, Action<CatalogReader>? inspect, string file)
    {
        using CatalogReader catalog = CatalogReader.Open(file);
        inspect?.Invoke(catalog);
        CatalogCheck check = new(catalog, reference.Path, problems, objects);
        CatalogCounts self = check.Run(mountPoint);
        CatalogCounts subtree = default;
        foreach ((NestedCatalog nested, CatalogEntry entry) in check.Nested)
        {
            subtree += Check(nested, entry, inspect: null);
        }

        check.CompareCounts(catalog.Counters.Subtree, subtree, "subtree");
        totals[reference.Hash] = self + subtree;
        return self + subtree;
    }

    private bool TryFetch(NestedCatalog reference, string file)
    {
        using FileStream target = new(file, FileMode.Create, FileAccess.Write);
        using ObjectVerification verification = new(
            reference.Hash,
            CompressionAlgorithm.Zlib,
            reference.Size > 0 ? reference.Size : null,
            reference.Size > 0 ? reference.Size : MaximumCatalog,
            restart: () =>
            {
                target.Position = 0;
                target.SetLength(0);
            },
            take: piece => target.Write(piece.Span));
        ObjectName name = new(reference.Hash, ObjectKind.Catalog);
        if (source.Feed(ObjectKey.Of(name), verification, cancellation) is not { } problem)
        {
            return true;
        }

        problems.Add($"{reference.Path}: catalog {name} {problem}");
        return false;
    }
}
