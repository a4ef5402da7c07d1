using Strato.Core.Hashing;
using Strato.Publishing.Committing;

namespace Strato.Publishing.Synchronizing;

/// <summary>Tells what the index of a tree has to be about to prove that directories have not changed, and what the next one is about.</summary>
/// <param name="session">The repository.</param>
/// <param name="deletes">Whether what the tree lacks is removed.</param>
/// <param name="dirtab">The dirtab that the tree has; empty for none.</param>
internal sealed class TreeIndex(RepositorySession session, bool deletes, byte[] dirtab)
{
    /// <summary>What an index says that is about a revision.</summary>
    public IndexHead Head(ObjectHash root, long entries) => IndexHead.Of(root, session.Settings, deletes, dirtab, entries);

    /// <summary>What an index proves about a tree; null for nothing.</summary>
    /// <param name="index">The index's file.</param>
    /// <param name="source">The tree.</param>
    /// <param name="entries">The entries of the revision that it is about.</param>
    public TreeProof? Prove(string index, byte[] source, out long entries)
    {
        using StampReader stamps = StampReader.Open(index);
        entries = stamps.Head.Entries;
        return stamps.Head.IsAboutSame(Head(session.Manifest.RootCatalog, 0)) ? TreeProof.Make(stamps, source, session.Cancellation) : null;
    }
}
