using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Publishing.Differences;
using Strato.Publishing.Revisions;

namespace Strato.Publishing.Operations;

/// <summary>Tells what differs between two revisions of a repository: <c>strato diff</c>. Takes no lock.</summary>
public static class RevisionComparison
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Compares two revisions, each a tag, a number or a root catalog's hash. Only catalogs that differ are read.</summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="from">The revision to start from.</param>
    /// <param name="to">The revision to get to.</param>
    /// <param name="changes">Told about each entry as it is found.</param>
    /// <param name="context">Where the repository is; progress counts entries that differ and catalogs.</param>
    /// <exception cref="StratoException">There is no such revision, or a catalog is missing or damaged.</exception>
    public static DifferenceCounts Run(string repository, string from, string to, IRevisionChanges changes, OperationContext context)
    {
        using RepositoryView view = RepositoryView.Open(repository, context);
        using CatalogShelf shelf = new(view.Objects, "diff");
        NamedRevision before;
        NamedRevision after;
        using (HistoryDatabase? history = view.OpenHistory())
        {
            RevisionFinder finder = new(view.Manifest, history, shelf);
            before = finder.Find(from);
            after = finder.Find(to);
        }

        changes.Begin(before, after);
        using CatalogReader beforeRoot = Open(shelf, before);
        using CatalogReader afterRoot = Open(shelf, after);
        TreeDifference difference = new(shelf, changes, context.Cancellation);
        if (before.RootCatalog != after.RootCatalog)
        {
            using Timer progress = new(
                _ => context.Progress(new PublishCounts(difference.Added + difference.Removed + difference.Modified, 0, shelf.Opened, 0)), null, ProgressInterval, ProgressInterval);
            difference.Run(beforeRoot, afterRoot);
        }

        return new DifferenceCounts(
            difference.Added, difference.Removed, difference.Modified, shelf.Opened, afterRoot.Counters.Total - beforeRoot.Counters.Total);
    }

    private static CatalogReader Open(CatalogShelf shelf, NamedRevision revision) =>
        shelf.Open(new NestedCatalog(RepositoryPath.Root, revision.RootCatalog, revision.RootCatalogSize));
}
