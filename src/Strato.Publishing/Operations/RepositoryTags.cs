using Strato.Core;
using Strato.Core.History;
using Strato.Publishing.Committing;

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
        using RepositorySession session = RepositorySession.Open(context, repository);
        TagEditing.Add(session, name, message);
        using RepositoryView view = RepositoryView.Open(repository, context);
        return view.ReadTags().First(tag => tag.Name == name);
    }

    /// <summary>Takes a name away. The revision stays until garbage collection.</summary>
    /// <exception cref="StratoException">There is no such tag, or publishing manages it; nothing was changed.</exception>
    public static void Remove(string repository, string name, OperationContext context)
    {
        using RepositorySession session = RepositorySession.Open(context, repository);
        RevisionCommit.EditHistory(session, history => history.Remove(name));
    }
}
