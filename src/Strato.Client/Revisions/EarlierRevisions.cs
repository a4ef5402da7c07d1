using Strato.Client.Namespace;
using Strato.Core.Hashing;

namespace Strato.Client.Revisions;

/// <summary>
/// The revisions that an attachment has shown, for what is held of them: a descriptor, a working directory, a path that was opened. Of each only the root
/// catalog's hash is kept; its catalogs are opened when somebody asks, from the cache or the servers, and closed at the next switch; a successor process is told of them. Safe on all threads.
/// </summary>
internal sealed class EarlierRevisions
{
    /// <summary>Revisions that are known, the newest ones: a day's at one in six minutes, some 10 KB.</summary>
    private const int MostKnown = 240;

    /// <summary>Revisions whose catalogs may be open at once.</summary>
    private const int MostOpen = 3;

    private readonly Lock gate = new();
    private readonly Queue<(uint Epoch, ushort Mark, ObjectHash Root)> known = [];
    private readonly List<(uint Epoch, CatalogTree Catalogs)> open = [];

    /// <summary>Adds the revision that is no longer shown.</summary>
    public void Add(Revision replaced)
    {
        lock (gate)
        {
            Add(replaced.Epoch, replaced.RootHash);
            CloseAllBut(0);
        }
    }

    /// <summary>Adds what a process before this one has shown. What is no hash is passed over: nothing that is held is of it.</summary>
    public void Restore(IEnumerable<SavedRevision> saved)
    {
        lock (gate)
        {
            foreach (SavedRevision one in saved)
            {
                if (ObjectHash.TryParse(one.RootHash, out ObjectHash root))
                {
                    Add(one.Epoch, root);
                }
            }
        }
    }

    /// <summary>All of them, the oldest first.</summary>
    public List<SavedRevision> Save()
    {
        lock (gate)
        {
            return [.. known.Select(revision => new SavedRevision(revision.Epoch, revision.Root.ToString()))];
        }
    }

    /// <summary>The catalogs of an epoch; null where it is not known. They may be retired at any time: who finds them so asks again.</summary>
    /// <param name="epoch">When the revision was shown.</param>
    /// <param name="current">The catalogs that are shown now.</param>
    public CatalogTree? Find(uint epoch, CatalogTree current)
    {
        lock (gate)
        {
            foreach ((uint shown, _, ObjectHash root) in known)
            {
                if (shown == epoch)
                {
                    return Open(epoch, root, current);
                }
            }

            return null;
        }
    }

    /// <summary>The catalogs of the newest revision with a <see cref="Revision.ListingMark"/>; as <see cref="Find"/> otherwise.</summary>
    public CatalogTree? FindMarked(ushort mark, CatalogTree current)
    {
        lock (gate)
        {
            (uint Epoch, ObjectHash Root)? found = null;
            foreach ((uint shown, ushort marked, ObjectHash root) in known)
            {
                found = marked == mark ? (shown, root) : found;
            }

            return found is { } newest ? Open(newest.Epoch, newest.Root, current) : null;
        }
    }

    /// <summary>Closes everything.</summary>
    public void Retire()
    {
        lock (gate)
        {
            CloseAllBut(0);
        }
    }

    private void Add(uint epoch, ObjectHash root)
    {
        known.Enqueue((epoch, Revision.MarkOf(root), root));
        if (known.Count > MostKnown)
        {
            known.Dequeue();
        }
    }

    private CatalogTree Open(uint epoch, ObjectHash root, CatalogTree current)
    {
        foreach ((uint opened, CatalogTree catalogs) in open)
        {
            if (opened == epoch)
            {
                return catalogs;
            }
        }

        CloseAllBut(MostOpen - 1);
        CatalogTree added = current.Another(root);
        open.Add((epoch, added));
        return added;
    }

    private void CloseAllBut(int count)
    {
        while (open.Count > count)
        {
            open[0].Catalogs.Retire();
            open.RemoveAt(0);
        }
    }
}
