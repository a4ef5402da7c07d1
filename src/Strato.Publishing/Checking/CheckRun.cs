using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Traversal;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>One run over a repository. One thread uses it.</summary>
/// <param name="source">The repository.</param>
/// <param name="work">An empty directory for work files.</param>
/// <param name="request">What is to be checked.</param>
/// <param name="context">Clock and cancellation.</param>
internal sealed class CheckRun(IObjectSource source, string work, CheckRequest request, OperationContext context) : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly ProblemReport problems = new(request.Found);
    private readonly DamageList damage = new();
    private readonly ObjectNameSet seen = new(work);

    /// <summary>The objects that are missing or damaged.</summary>
    public IReadOnlyList<DamagedObject> Damage => damage.Take();

    /// <summary>Checks.</summary>
    /// <param name="places">Where to keep what was found whole, and to look for it; null where the repository is not of the home.</param>
    public CheckOutcome Run(RepositoryPlaces? places)
    {
        long began = context.Clock.GetUtcNow().ToUnixTimeSeconds();
        RootCheck root = new(source, problems, damage, request, context);
        Manifest manifest = root.Run();
        CheckMemory? memory = request.IsIncremental && places is not null ? CheckMemory.Read(places, request.ReadsData, context) : null;
        if (memory is not null && !IsInReflog(memory.Root))
        {
            memory = null;
        }

        Dictionary<ObjectHash, CatalogCounts> known = memory?.ReadCatalogs() ?? [];
        memory?.ReadObjects(seen);
        using ObjectChecks objects = new(source, problems, damage, seen, request.ReadsData, context.Cancellation);
        TreeCheck trees = new(problems, damage, objects, known);
        List<HistoryTag> tags = root.ReadTags(manifest);
        trees.Expect(manifest.RootCatalog, manifest.Revision);
        tags.ForEach(tag => trees.Expect(tag.RootCatalog, tag.Revision));
        CatalogTraversal traversal = new(
            new ObjectReader(source.Objects, context.Cancellation), trees, new TraversalOptions { Folder = work, Workers = source.Parallelism }, context.Cancellation);
        List<NestedCatalog> roots = RevisionRoots.Of(manifest, tags);
        using (new Timer(_ => request.Progress(new CheckProgress(traversal.Visited, traversal.Visited + traversal.Waiting, objects.Done)), null, ProgressInterval, ProgressInterval))
        {
            traversal.Run(roots);
            objects.Complete();
        }

        if (problems.Count == 0 && places is not null)
        {
            CheckMemory.Write(places, manifest, request.ReadsData, began, trees.Totals, seen);
        }

        return new CheckOutcome(manifest.RepositoryName, manifest.Revision, roots.Count, traversal.Visited, objects.Done, problems.Count) { IsIncremental = memory is not null };
    }

    public void Dispose() => seen.Dispose();

    // Of another history than the one before, nothing is known.
    private bool IsInReflog(ObjectHash root)
    {
        if (source.ReadMutable(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, context.Cancellation) is not { } image)
        {
            return false;
        }

        try
        {
            using ReflogDatabase reflog = ReflogDatabase.OpenImage(image, ObjectKey.Reflog);
            return reflog.Find(new ObjectName(root, ObjectKind.Catalog)) is not null;
        }
        catch (Core.StratoException)
        {
            // The root check has told.
            return false;
        }
    }
}
