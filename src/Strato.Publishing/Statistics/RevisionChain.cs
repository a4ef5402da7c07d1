using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Publishing.Objects;
using Strato.Publishing.Revisions;

namespace Strato.Publishing.Statistics;

/// <summary>The newest revisions that are there: back from the current one and from every tag along the predecessors.</summary>
internal sealed class RevisionChain(CatalogShelf shelf, Manifest manifest, IReadOnlyList<HistoryTag> tags)
{
    private readonly PriorityQueue<RevisionGrowth, (ulong Revision, long Published)> waiting = new(Comparer<(ulong, long)>.Create((left, right) => right.CompareTo(left)));
    private readonly HashSet<ObjectHash> seen = [];
    private readonly Dictionary<ObjectHash, ObjectHash> predecessors = [];

    /// <summary>The revision whose predecessor is not there any more, the newest such; null where there is none.</summary>
    public ulong? BrokenAt { get; private set; }

    /// <summary>Finds them, the oldest first.</summary>
    public List<RevisionGrowth> Find(int count)
    {
        List<RevisionGrowth> found = [];
        Add(manifest.RootCatalog, manifest.RootCatalogSize);
        foreach (HistoryTag tag in tags)
        {
            if (!TryAdd(tag.RootCatalog, tag.Size))
            {
                BrokenAt = Math.Max(BrokenAt ?? 0, tag.Revision);
            }
        }

        while (found.Count < count && waiting.TryDequeue(out RevisionGrowth? next, out _))
        {
            found.Add(next);
            ObjectHash previous = predecessors[next.RootCatalog];
            if (!previous.IsNull && found.Count < count && !TryAdd(previous, 0))
            {
                BrokenAt = Math.Max(BrokenAt ?? 0, next.Revision);
            }
        }

        found.Reverse();
        return found;
    }

    private bool TryAdd(ObjectHash root, long size)
    {
        try
        {
            Add(root, size);
            return true;
        }
        catch (ObjectProblemException error) when (error.IsMissing)
        {
            // Garbage collection takes old revisions away.
            return false;
        }
    }

    private void Add(ObjectHash root, long size)
    {
        if (!seen.Add(root))
        {
            return;
        }

        using CatalogReader catalog = shelf.Open(new NestedCatalog(RepositoryPath.Root, root, size));
        CatalogProperties properties = catalog.Properties;
        CatalogCounts counts = catalog.Counters.Total;
        predecessors[root] = properties.PreviousRevision;
        waiting.Enqueue(
            new RevisionGrowth(
                properties.Revision,
                properties.LastModified,
                root,
                [.. tags.Where(tag => tag.RootCatalog == root).Select(tag => tag.Name).Order(StringComparer.Ordinal)],
                counts.Entries,
                counts.FileSize,
                default,
                default),
            (properties.Revision, properties.LastModified));
    }
}
