using Strato.Core;
using Strato.Core.History;
using Strato.Publishing.Auditing;
using Strato.Publishing.Committing;
using Strato.Publishing.Retention;

namespace Strato.Publishing.Operations;

/// <summary>The names of a repository's revisions: <c>strato tag</c>.</summary>
public static class RepositoryTags
{
    /// <summary>The tags, newest first. Takes no lock.</summary>
    /// <exception cref="StratoException">There is no such repository, or a part of it cannot be read.</exception>
    public static IReadOnlyList<HistoryTag> List(string repository, OperationContext context)
    {
        using RepositoryView view = RepositoryView.Open(repository, context);
        return view.ReadTags();
    }

    /// <summary>Gives the current revision a further name.</summary>
    /// <exception cref="StratoException">The name is taken or not allowed; nothing was changed.</exception>
    public static HistoryTag Add(string repository, string name, string message, OperationContext context)
    {
        TagName.Require(name);
        return OperationAudit.Run("tag-add", repository, context, audited =>
        {
            audited.Audit?.Tag = name;
            using RepositorySession session = RepositorySession.Open(audited, repository);
            session.RequireDefaultBranch("tag a revision of");
            TagEditing.Add(session, name, message);
            using RepositoryView view = RepositoryView.Open(repository, audited);
            return view.ReadTags().First(tag => tag.Name == name);
        });
    }

    /// <summary>The branches, the default one among them. Takes no lock.</summary>
    /// <exception cref="StratoException">There is no such repository, or a part of it cannot be read.</exception>
    public static IReadOnlyList<HistoryBranch> ListBranches(string repository, OperationContext context)
    {
        using RepositoryView view = RepositoryView.Open(repository, context);
        using HistoryDatabase? history = view.OpenHistory();
        return history?.ListBranches() ?? [];
    }

    /// <summary>Removes automatic tags that a policy does not keep, and returns them, newest first.</summary>
    /// <param name="repository">The repository's fully qualified name.</param>
    /// <param name="policy">What is kept.</param>
    /// <param name="isDryRun">Only tells what would go; takes no lock.</param>
    /// <param name="context">Where the repository is.</param>
    /// <exception cref="StratoException">Nothing was changed; the message says why.</exception>
    public static IReadOnlyList<HistoryTag> Prune(string repository, RetentionPolicy policy, bool isDryRun, OperationContext context)
    {
        if (isDryRun)
        {
            return policy.Outdated(List(repository, context));
        }

        return OperationAudit.Run("tag-prune", repository, context, audited =>
        {
            using RepositorySession session = RepositorySession.Open(audited, repository);
            session.RequireDefaultBranch("change tags of");
            using HistoryDatabase? history = HistoryBytes.Open(session.Objects, session.Manifest);
            IReadOnlyList<HistoryTag> outdated = policy.Outdated(history?.ListTags() ?? []);
            audited.Audit?.Count("removed_tags", outdated.Count);
            audited.Audit?.IsUnchanged = outdated.Count == 0;
            if (outdated.Count > 0)
            {
                RevisionCommit.EditHistory(session, editor => editor.RemoveAll(outdated.Select(tag => tag.Name)));
            }

            return outdated;
        });
    }

    /// <summary>Takes a name away. The revision stays until garbage collection.</summary>
    /// <exception cref="StratoException">There is no such tag, or publishing manages it; nothing was changed.</exception>
    public static void Remove(string repository, string name, OperationContext context)
    {
        OperationAudit.Run("tag-remove", repository, context, audited =>
        {
            audited.Audit?.Tag = name;
            using RepositorySession session = RepositorySession.Open(audited, repository);
            session.RequireDefaultBranch("change tags of");
            RevisionCommit.EditHistory(session, history => history.Remove(name));
        });
    }
}
