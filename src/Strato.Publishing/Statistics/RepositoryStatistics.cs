using Strato.Core;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Revisions;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Statistics;

/// <summary>
/// Counts what a repository has: a revision's tree by subtrees, raw, deduplicated and as stored, and what each revision brought. Takes no lock and changes nothing;
/// catalogs are verified against their hashes, each is read once for the tree and once for the growth.
/// </summary>
public static class RepositoryStatistics
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Counts. Blocks until it is done.</summary>
    /// <exception cref="StratoException">The repository or the revision cannot be found, reached or trusted.</exception>
    public static StatisticsOutcome Run(StatisticsRequest request, OperationContext context)
    {
        using StatisticsSubject subject = StatisticsSubject.Open(request.Subject, context);
        Manifest manifest = subject.ReadManifest(request, context);
        ObjectReader objects = new(subject.Store, context.Cancellation);
        using CatalogShelf shelf = new(objects, "stats");
        NamedRevision counted;
        RevisionChain chain;
        List<RevisionGrowth> revisions;
        using (HistoryDatabase? history = HistoryBytes.Open(objects, manifest))
        {
            counted = request.Revision is { } name
                ? new RevisionFinder(manifest, history, shelf).Find(name)
                : new NamedRevision(TagName.Trunk, manifest.Revision, manifest.Timestamp, manifest.RootCatalog, manifest.RootCatalogSize);
            chain = new RevisionChain(shelf, manifest, history?.ListTags() ?? []);
            revisions = request.Revisions > 0 ? chain.Find(request.Revisions) : [];
        }

        string work = Directory.CreateTempSubdirectory("strato-stats-").FullName;
        try
        {
            using ObjectLedger ledger = new(work, request.Capacity);
            return Count(request, context, subject, objects, new Findings(manifest, counted, chain, revisions), ledger, work);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static StatisticsOutcome Count(
        StatisticsRequest request, OperationContext context, StatisticsSubject subject, ObjectReader objects, Findings found, ObjectLedger ledger, string work)
    {
        TraversalOptions options = new() { Folder = work, Workers = subject.Parallelism };
        SubtreeTable subtrees = new(request.Depth);
        CatalogGaps gaps = new();
        GrowthSurvey growth = new(ledger, gaps);
        CatalogTraversal tree = new(objects, new TreeSurvey(subtrees, ledger, gaps), options, context.Cancellation);
        CatalogTraversal past = new(objects, growth, options, context.Cancellation);
        Settlement? settlement = null;
        using (new Timer(_ => Tell(), null, ProgressInterval, ProgressInterval))
        {
            tree.Run(found.Counted.RootCatalog, found.Counted.RootCatalogSize);
            for (int index = 0; index < found.Revisions.Count; index++)
            {
                growth.Revision = index;
                past.Run(found.Revisions[index].RootCatalog, 0);
            }

            settlement = new Settlement(subtrees, found.Revisions.Count);
            settlement.Run(ledger.ReadAll(), request.AsksStore ? subject.Store : null, subject.Parallelism, context.Cancellation);
        }

        TellWhatIsMissing(request, gaps, settlement, found);
        return new StatisticsOutcome
        {
            Repository = found.Manifest.RepositoryName,
            Revision = found.Counted.Revision,
            RootCatalog = found.Counted.RootCatalog,
            Catalogs = settlement.Catalogs,
            Subtrees = Subtrees(subtrees, settlement),
            Revisions = [.. found.Revisions.Select((revision, index) => revision with { NewContent = settlement.NewContentOf(index), NewCatalogs = settlement.NewCatalogsOf(index) })],
            HasStoredSizes = request.AsksStore,
            MissingCatalogs = gaps.Count,
            MissingObjects = settlement.MissingObjects,
        };

        void Tell()
        {
            long visited = tree.Visited + past.Visited;
            request.Progress(new StatisticsProgress(visited, visited + tree.Waiting + past.Waiting, Volatile.Read(ref settlement)?.Settled ?? 0));
        }
    }

    private static void TellWhatIsMissing(StatisticsRequest request, CatalogGaps gaps, Settlement settlement, Findings found)
    {
        if (gaps.Describe() is { } missing)
        {
            request.Note($"{missing}; 'strato check' tells what else is missing");
        }

        if (settlement.MissingObjects > 0)
        {
            request.Note($"objects that the storage lacks: {settlement.MissingObjects}; their stored bytes are not counted; 'strato check' tells which");
        }

        if (found.Chain.BrokenAt is { } revision)
        {
            request.Note($"what was before revision {revision} is not there any more");
        }
    }

    private static List<SubtreeSizes> Subtrees(SubtreeTable subtrees, Settlement settlement)
    {
        // What is below has a higher number.
        EntrySizes[] entries = [.. Enumerable.Range(0, subtrees.Count).Select(subtrees.EntriesOf)];
        for (int number = subtrees.Count - 1; number > SubtreeTable.Root; number--)
        {
            entries[subtrees.ParentOf(number)] += entries[number];
        }

        return
        [
            .. Enumerable.Range(0, subtrees.Count)
                .Select(number => new SubtreeSizes(subtrees.PathOf(number), entries[number], settlement.ContentOf(number), settlement.OwnOf(number)))
                .OrderBy(subtree => subtree.Path),
        ];
    }

    private sealed record Findings(Manifest Manifest, NamedRevision Counted, RevisionChain Chain, List<RevisionGrowth> Revisions);
}
