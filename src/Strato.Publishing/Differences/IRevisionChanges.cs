using Strato.Publishing.Revisions;

namespace Strato.Publishing.Differences;

/// <summary>Takes what differs between two revisions while it is found. Called by one thread.</summary>
public interface IRevisionChanges
{
    /// <summary>Which revisions are compared; called first.</summary>
    void Begin(NamedRevision from, NamedRevision to);

    /// <summary>
    /// One entry. A directory comes before what is below it; the entries of one directory come in the byte order of their names, and before what is
    /// below any of them.
    /// </summary>
    void Add(RevisionChange change);
}
