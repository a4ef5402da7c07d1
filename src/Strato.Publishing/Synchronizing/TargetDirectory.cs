using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Merging;

namespace Strato.Publishing.Synchronizing;

/// <summary>Goes to the directory that a tree is published into, making what is missing on the way.</summary>
internal sealed class TargetDirectory(CatalogTree tree, SynchronizationOptions options)
{
    private readonly Stack<WorkingCatalog> entered = [];
    private RepositoryPath current = RepositoryPath.Root;
    private WorkingCatalog? host;
    private WorkingCatalog? catalog;

    /// <summary>Goes to the target's parent and returns the catalog that lists the target.</summary>
    public (WorkingCatalog Catalog, RepositoryPath Parent) EnterParent(WorkingCatalog root)
    {
        catalog = root;
        RepositoryPath parent = options.Target.Parent;
        foreach (Range range in parent.Bytes.Split((byte)'/'))
        {
            if (!parent.Bytes[range].IsEmpty)
            {
                Enter(parent.Bytes[range]);
            }
        }

        return (catalog, current);
    }

    /// <summary>Notes how many directories the target's parent has gained, and leaves what was entered.</summary>
    public void LeaveParent(int addedDirectories)
    {
        AddLinks(addedDirectories);
        while (entered.TryPop(out WorkingCatalog? nested))
        {
            tree.Leave(nested);
        }
    }

    private void Enter(ReadOnlySpan<byte> name)
    {
        RepositoryPath path = current.Append(name);
        PathKey key = path.Key;
        CatalogEntry? entry = catalog!.Find(key);
        if (entry is null)
        {
            entry = new CatalogEntry
            {
                Name = name.ToArray(),
                Mode = (uint)FileType.Directory | 0x1ed,
                Uid = options.Owner.Uid,
                Gid = options.Owner.Gid,
                Size = CatalogEntry.DirectorySize,
                Mtime = options.Time,
                Linkcount = 2,
            };
            catalog.Insert(key, current.Key, entry, []);
            AddLinks(1);
        }
        else if (!entry.IsDirectory)
        {
            throw new StratoException($"cannot publish to {options.Target}: {path} is not a directory; choose another place");
        }
        else if (entry.IsBindMountPoint)
        {
            throw new StratoException($"cannot publish to {options.Target}: another catalog is attached at {path}; choose another place");
        }

        current = path;
        host = null;
        if (entry.IsNestedMountPoint)
        {
            host = catalog;
            catalog = tree.OpenNested(catalog, path);
            entered.Push(catalog);
        }
    }

    private void AddLinks(int directories)
    {
        if (directories == 0)
        {
            return;
        }

        PathKey key = current.Key;
        CatalogEntry entry = catalog!.Find(key) ?? throw new StratoException($"the catalog lacks its directory {current}; run 'strato check'");
        uint links = (uint)(entry.Linkcount + directories);
        catalog.Update(key, entry with { Linkcount = links });
        host?.Update(key, entry with { Linkcount = links, IsNestedRoot = false, IsNestedMountPoint = true });
    }
}
