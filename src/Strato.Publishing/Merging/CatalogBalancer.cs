using Strato.Core.Catalogs;
using Strato.Core.Paths;

namespace Strato.Publishing.Merging;

/// <summary>
/// Keeps one catalog between two weights, as the genuine publisher's automatic catalogs do: too light an automatic one goes into its
/// parent, too heavy a one gives subtrees away, heaviest first, until every directory's own part weighs at most half the maximum.
/// A subtree that is given away gets the markers <c>.cvmfscatalog</c> and <c>.cvmfsautocatalog</c>.
/// </summary>
internal sealed class CatalogBalancer(CatalogTree tree, CatalogBalance balance, long time)
{
    public static ReadOnlySpan<byte> CatalogMarker => ".cvmfscatalog"u8;

    public static ReadOnlySpan<byte> AutomaticMarker => ".cvmfsautocatalog"u8;

    private int Target => balance.Maximum / 2;

    /// <summary>Balances a catalog that nobody else holds. True where it has gone into its parent.</summary>
    public bool Balance(WorkingCatalog catalog)
    {
        long entries = catalog.Read(writer => writer.Counters.Self.Entries);
        if (entries < balance.Minimum && catalog.Parent is not null && IsAutomatic(catalog))
        {
            catalog.Remove(catalog.Path.Append(CatalogMarker).Key);
            catalog.Remove(catalog.Path.Append(AutomaticMarker).Key);
            tree.Merge(catalog);
            return true;
        }

        if (entries > balance.Maximum)
        {
            _ = Partition(catalog, catalog.Path);
        }

        return false;
    }

    private static bool IsAutomatic(WorkingCatalog catalog) =>
        catalog.Find(catalog.Path.Append(AutomaticMarker).Key) is not null;

    // Returns what is left of the directory's weight: itself and all below it that stays in the catalog.
    private long Partition(WorkingCatalog catalog, RepositoryPath directory)
    {
        long weight = 1;
        PriorityQueue<RepositoryPath, (long, int)> subtrees = new();
        foreach (CatalogEntry entry in catalog.List(directory.Key).OrderBy(entry => entry.Name, NameOrder.Instance))
        {
            if (entry is { IsDirectory: true, IsNestedMountPoint: false, IsBindMountPoint: false })
            {
                RepositoryPath path = directory.Append(entry.Name);
                long below = Partition(catalog, path);
                subtrees.Enqueue(path, (-below, subtrees.Count));
                weight += below;
            }
            else
            {
                weight++;
            }
        }

        while (weight > Target && subtrees.TryDequeue(out RepositoryPath heaviest, out (long Weight, int) priority)
            && -priority.Weight >= balance.Minimum)
        {
            GiveAway(catalog, heaviest);
            weight -= -priority.Weight - 1;
        }

        return weight;
    }

    private void GiveAway(WorkingCatalog catalog, RepositoryPath directory)
    {
        CatalogEntry owner = catalog.Find(directory.Key)!;
        AddMarker(catalog, directory, CatalogMarker, owner);
        AddMarker(catalog, directory, AutomaticMarker, owner);

        // Nobody visits the new catalog, so that it is sealed at once; this one is sealed after it, by whoever balances it.
        catalog.Hold();
        tree.Split(catalog, directory, isEmpty: false).Release();
        catalog.Unhold();
    }

    private void AddMarker(WorkingCatalog catalog, RepositoryPath directory, ReadOnlySpan<byte> name, CatalogEntry owner)
    {
        (Core.Hashing.ObjectHash hash, Core.Compression.CompressionAlgorithm compression) = balance.EmptyFile();
        CatalogEntry marker = new()
        {
            Name = name.ToArray(),
            Mode = (uint)FileType.Regular | 0x180,
            Uid = owner.Uid,
            Gid = owner.Gid,
            Mtime = time,
            Hash = hash,
            Compression = compression,
        };
        catalog.Put(directory.Append(name).Key, directory.Key, marker, []);
    }

    private sealed class NameOrder : IComparer<byte[]>
    {
        public static NameOrder Instance { get; } = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
