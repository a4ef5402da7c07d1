using Strato.Core.Paths;

namespace Strato.Core.Catalogs;

/// <summary>Moves a directory's content between a catalog and one nested in it. Keys are made of full paths, so they stay.</summary>
internal static class CatalogPartition
{
    /// <summary>
    /// Moves everything below a directory out into an empty catalog for it, with the references to nested catalogs there.
    /// </summary>
    /// <param name="countersOf">Tells what a nested catalog counts; its counts leave the parent's subtree with its reference.</param>
    public static void Split(CatalogWriter parent, CatalogWriter nested, Func<NestedCatalog, CatalogCounters> countersOf)
    {
        RepositoryPath mountPoint = nested.RootPath;
        PathKey key = mountPoint.Key;
        if (!parent.Content.TryLookup(key, out CatalogEntry? directory) || !directory.IsDirectory || directory.IsNestedMountPoint || directory.IsNestedRoot)
        {
            throw new CatalogException($"cannot begin a nested catalog at {mountPoint}: it is no plain directory of catalog {parent.Content.Description}");
        }

        // Group numbers are unique within a catalog, so the moved ones fit the empty catalog as they are.
        Move(parent, nested, key);
        foreach (NestedCatalog reference in parent.Content.NestedCatalogs)
        {
            if (reference.Path.IsWithin(mountPoint))
            {
                CatalogCounters counters = countersOf(reference);
                parent.RemoveNested(reference.Path, counters.Total);
                nested.AddNested(reference, counters.Total);
            }
        }

        parent.Update(key, directory with { IsNestedMountPoint = true });
        nested.Update(key, directory with { IsNestedRoot = true, IsNestedMountPoint = false });
        parent.AddNested(new NestedCatalog(mountPoint, default, 0), default);
    }

    /// <summary>
    /// Moves everything back into the parent and removes its reference to the nested catalog, which is of no use then.
    /// </summary>
    public static void Merge(CatalogWriter parent, CatalogWriter nested)
    {
        RepositoryPath mountPoint = nested.RootPath;
        PathKey key = mountPoint.Key;
        if (!nested.Content.TryLookup(key, out CatalogEntry? root) || !parent.Content.TryLookup(key, out CatalogEntry? transition)
            || !transition.IsNestedMountPoint)
        {
            throw new CatalogException($"cannot end the nested catalog at {mountPoint}: catalog {parent.Content.Description} has no mount point for it");
        }

        // The parent has its own hard-link groups, so the ones that come get numbers behind them.
        uint firstGroup = parent.NextHardlinkGroup() - 1;
        foreach (CatalogRow row in nested.Content.EnumerateAll())
        {
            if (row.Key == key)
            {
                continue;
            }

            CatalogEntry entry = nested.Content.ToEntry(row);
            parent.Insert(row.Key, row.Parent, entry.HardlinkGroup == 0 ? entry : entry with { HardlinkGroup = entry.HardlinkGroup + firstGroup });
            if (entry.IsChunked)
            {
                CopyChunks(nested, parent, row.Key, entry);
            }
        }

        parent.RemoveNested(mountPoint, nested.CountsKnownToParent);
        CatalogCounts below = nested.Counters.Subtree;
        foreach (NestedCatalog reference in nested.Content.NestedCatalogs)
        {
            parent.AddNested(reference, below);
            below = default;
        }

        parent.Update(key, root with { IsNestedRoot = false, IsNestedMountPoint = false });
    }

    private static void Move(CatalogWriter from, CatalogWriter to, PathKey root)
    {
        Stack<PathKey> directories = new([root]);
        List<(PathKey Key, CatalogEntry Entry)> children = [];
        while (directories.TryPop(out PathKey directory))
        {
            children.Clear();
            foreach (CatalogRow row in from.Content.EnumerateDirectory(directory))
            {
                children.Add((row.Key, from.Content.ToEntry(row)));
            }

            foreach ((PathKey key, CatalogEntry entry) in children)
            {
                to.Insert(key, directory, entry);
                if (entry.IsChunked)
                {
                    CopyChunks(from, to, key, entry);
                }

                _ = from.Remove(key);
                if (entry is { IsDirectory: true, IsNestedMountPoint: false, IsBindMountPoint: false })
                {
                    directories.Push(key);
                }
            }
        }
    }

    private static void CopyChunks(CatalogWriter from, CatalogWriter to, PathKey key, CatalogEntry entry)
    {
        foreach (FileChunk chunk in from.Content.EnumerateChunks(key, entry.Hash.Algorithm))
        {
            to.AddChunk(key, chunk);
        }
    }
}
