using Strato.Core.History;
using Strato.Publishing.Committing;

namespace Strato.Publishing.Operations;

/// <summary>Names and unnames revisions. A new history is a new manifest, not a new revision.</summary>
internal static class TagEditing
{
    /// <summary>Gives the revision that a publish would start from a name.</summary>
    public static void Add(RepositorySession session, string name, string message)
    {
        if (session.Checkout is { } checkout)
        {
            RevisionCommit.TagOnBranch(session, checkout.Root, checkout.Revision, name, message);
            return;
        }

        RevisionCommit.EditHistory(session, history => history.Add(new HistoryTag
        {
            Name = name,
            RootCatalog = session.Manifest.RootCatalog,
            Size = session.Manifest.RootCatalogSize,
            Revision = session.Manifest.Revision,
            Timestamp = session.Now,
            Description = message,
        }));
    }
}
