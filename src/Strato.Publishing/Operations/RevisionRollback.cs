using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.History;
using Strato.Core.Paths;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Merging;
using Strato.Publishing.Objects;

namespace Strato.Publishing.Operations;

/// <summary>
/// Goes back to a tagged revision: <c>strato rollback</c>. Its content becomes a new revision, so that clients, which never go back, get it; the tags of
/// what came after it go, as with the genuine tools.
/// </summary>
public static class RevisionRollback
{
    /// <summary>Goes back.</summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="tag">The tag of the revision; null for the one before the current.</param>
    /// <param name="isDryRun">Only tells what would be done; takes no lock.</param>
    /// <param name="context">Where the repository is.</param>
    /// <exception cref="StratoException">Nothing was changed; the message says why.</exception>
    public static RollbackOutcome Run(string repository, string? tag, bool isDryRun, OperationContext context)
    {
        if (isDryRun)
        {
            using RepositoryView view = RepositoryView.Open(repository, context);
            using HistoryDatabase? kept = view.OpenHistory();
            HistoryTag found = Find(kept, tag, repository, view.Manifest.Revision);
            return new RollbackOutcome(view.Manifest.Revision + 1, found.RootCatalog.ToString(), found, Others(kept!.ListRolledBack(found), found));
        }

        return OperationAudit.Run("rollback", repository, context, audited => RollBack(repository, tag, audited));
    }

    private static RollbackOutcome RollBack(string repository, string? tag, OperationContext context)
    {
        using RepositorySession session = RepositorySession.Open(context, repository);
        session.RequireDefaultBranch("roll back");
        HistoryTag target;
        using (HistoryDatabase? history = HistoryBytes.Open(session.Objects, session.Manifest))
        {
            target = Find(history, tag, repository, session.Manifest.Revision);
            context.Audit?.Tag = target.Name;
        }

        NestedCatalog root = Repeat(session, target);
        IReadOnlyList<HistoryTag> affected = RevisionCommit.RollBack(session, root, target, keepsPrevious: tag is not null);
        context.Audit?.Count("removed_tags", affected.Count);
        return new RollbackOutcome(session.Manifest.Revision, root.Hash.ToString(), target, Others(affected, target));
    }

    private static HistoryTag Find(HistoryDatabase? history, string? name, string repository, ulong current)
    {
        HistoryTag target = history?.Find(name ?? TagName.TrunkPrevious) ?? throw new StratoException(name is null
            ? $"cannot undo the last revision of {repository}: what came before it is known only once; name a tag with --tag"
            : $"cannot roll {repository} back: it has no tag {BytesText.Escape(name)}; 'strato tag {repository} list' shows those that it has");
        string shown = BytesText.Escape(target.Name);
        return target.Branch.Length > 0
            ? throw new StratoException($"cannot roll {repository} back to {shown}: it is on the branch {BytesText.Escape(target.Branch)}, and only the default branch can go back")
            : target.Revision == current
                ? throw new StratoException($"cannot roll {repository} back to {shown}: it names the current revision, {current}")
                : target.Revision > current
                    ? throw new StratoException($"cannot roll {repository} back to {shown}: it names revision {target.Revision}, later than the current one, {current}; run 'strato check'")
                    : target;
    }

    private static List<HistoryTag> Others(IEnumerable<HistoryTag> affected, HistoryTag target) =>
        [.. affected.Where(tag => tag.Name != target.Name && !TagName.IsManaged(tag.Name))];

    private static NestedCatalog Repeat(RepositorySession session, HistoryTag target)
    {
        using CatalogWorkspace workspace = new(
            session.Store, session.Places.Work, session.Settings.Hash, session.Settings.Encoding, new StoredCounter(), session.Cancellation);
        byte[] file = workspace.CheckOut(new NestedCatalog(RepositoryPath.Root, target.RootCatalog, target.Size));
        using (CatalogWriter catalog = CatalogWriter.Open(file))
        {
            if (!catalog.RootPath.IsRoot)
            {
                throw new StratoException($"the tag {BytesText.Escape(target.Name)} names the catalog of {catalog.RootPath}, which is no revision; run 'strato check'");
            }

            catalog.SetLastModified(session.Now);
            catalog.SetRevision(session.Manifest.Revision + 1);
            catalog.SetPreviousRevision(session.Manifest.RootCatalog);
            catalog.SetTtl(session.Settings.TimeToLive);
            catalog.Seal();
        }

        return workspace.CheckIn(file, RepositoryPath.Root);
    }
}
