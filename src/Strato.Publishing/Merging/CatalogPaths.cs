using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;

namespace Strato.Publishing.Merging;

/// <summary>
/// Finds entries of a <see cref="CatalogTree"/> by their paths, opening nested catalogs on the way. They stay open until
/// <see cref="LeaveAll"/>. The tree's visitor uses it.
/// </summary>
internal sealed class CatalogPaths
{
    private readonly CatalogTree tree;
    private readonly WorkingCatalog root;
    private readonly Dictionary<RepositoryPath, WorkingCatalog> nested = [];
    private RepositoryPath lastDirectory = RepositoryPath.Root;
    private WorkingCatalog lastHost;

    public CatalogPaths(CatalogTree tree, WorkingCatalog root)
    {
        this.tree = tree;
        this.root = root;
        lastHost = root;
    }

    /// <summary>The catalog with what is in a directory; null where there is no directory of that path.</summary>
    public WorkingCatalog? HostOf(RepositoryPath directory)
    {
        WorkingCatalog? host;
        if (lastDirectory.IsWithin(directory))
        {
            // What is on the way to a directory is one, too, in the catalog that it is in or one that this is nested in.
            for (host = lastHost; !directory.IsWithin(host!.Path); host = host.Parent)
            {
            }

            return host;
        }

        host = Descend(directory);
        if (host is not null)
        {
            lastDirectory = directory;
            lastHost = host;
        }

        return host;
    }

    /// <summary>What is at a path; for the root of a nested catalog the mount point.</summary>
    public CatalogEntry? Find(RepositoryPath path) =>
        path.IsRoot ? root.Find(path.Key) : HostOf(path.Parent)?.Find(path.Key);

    /// <summary>Adds an entry to a directory that is there, and counts it there if it is one itself.</summary>
    public void Insert(RepositoryPath path, CatalogEntry entry)
    {
        RequireHost(path.Parent).Insert(path.Key, path.Parent.Key, entry, []);
        if (entry.IsDirectory)
        {
            AddLinks(path.Parent, 1);
        }
    }

    /// <summary>Removes an entry with everything below it.</summary>
    public void Remove(RepositoryPath path, CatalogEntry entry)
    {
        if (entry.IsDirectory)
        {
            Forget(path);
            AddLinks(path.Parent, -1);
        }

        new SubtreeRemoval(tree).Remove(RequireHost(path.Parent), path, entry);
    }

    /// <summary>Changes a directory's attributes, in both rows where it has two. Its link count and marks stay.</summary>
    public void UpdateDirectory(RepositoryPath path, CatalogEntry attributes)
    {
        CatalogEntry present = Find(path) ?? throw Missing(path);
        WriteDirectory(path, attributes with
        {
            Linkcount = present.Linkcount,
            IsNestedMountPoint = present.IsNestedMountPoint,
            IsBindMountPoint = present.IsBindMountPoint,
        });
    }

    /// <summary>Counts directories that a directory has gained or lost.</summary>
    public void AddLinks(RepositoryPath directory, int count)
    {
        if (count != 0)
        {
            CatalogEntry entry = Find(directory) ?? throw Missing(directory);
            WriteDirectory(directory, entry with { Linkcount = (uint)(entry.Linkcount + count) });
        }
    }

    /// <summary>Makes a nested catalog of a directory, or returns the one that is there.</summary>
    public WorkingCatalog MakeNested(RepositoryPath directory)
    {
        CatalogEntry entry = Find(directory) ?? throw Missing(directory);
        if (!entry.IsNestedMountPoint)
        {
            nested[directory] = tree.Split(RequireHost(directory.Parent), directory, isEmpty: false);
            lastDirectory = RepositoryPath.Root;
            lastHost = root;
        }

        return HostOf(directory) ?? throw Missing(directory);
    }

    /// <summary>Leaves every nested catalog that was opened, the deepest first.</summary>
    public void LeaveAll()
    {
        foreach (RepositoryPath path in nested.Keys.OrderByDescending(path => path.Bytes.Length).ToList())
        {
            Leave(path);
        }
    }

    /// <summary>Leaves a nested catalog that will not be needed any more; nothing where it is not open.</summary>
    public void Leave(RepositoryPath path)
    {
        if (nested.Remove(path, out WorkingCatalog? catalog))
        {
            lastDirectory = RepositoryPath.Root;
            lastHost = root;
            tree.Leave(catalog);
        }
    }

    private WorkingCatalog? Descend(RepositoryPath directory)
    {
        WorkingCatalog? above = HostOf(directory.Parent);
        CatalogEntry? entry = above?.Find(directory.Key);
        if (entry is not { IsDirectory: true })
        {
            return null;
        }

        if (entry.IsBindMountPoint)
        {
            throw new StratoException($"cannot change {directory}: another catalog is attached there; choose another place");
        }

        if (!entry.IsNestedMountPoint)
        {
            return above;
        }

        if (!nested.TryGetValue(directory, out WorkingCatalog? catalog))
        {
            nested[directory] = catalog = tree.OpenNested(above!, directory);
        }

        return catalog;
    }

    private void WriteDirectory(RepositoryPath path, CatalogEntry entry)
    {
        PathKey key = path.Key;
        WorkingCatalog above = path.IsRoot ? root : RequireHost(path.Parent);
        above.Update(key, entry);
        if (entry.IsNestedMountPoint)
        {
            RequireHost(path).Update(key, entry with { IsNestedMountPoint = false, IsNestedRoot = true });
        }
    }

    // Catalogs below what is removed are of no use any more.
    private void Forget(RepositoryPath removed)
    {
        lastDirectory = RepositoryPath.Root;
        lastHost = root;
        foreach (RepositoryPath path in nested.Keys.Where(path => path.IsWithin(removed)).OrderByDescending(path => path.Bytes.Length).ToList())
        {
            Leave(path);
        }
    }

    private WorkingCatalog RequireHost(RepositoryPath directory) => HostOf(directory) ?? throw Missing(directory);

    private static StratoException Missing(RepositoryPath path) => new($"the catalogs have no directory {path}; run 'strato check'");
}
