using Strato.Core.Catalogs;
using Strato.Core.Paths;

namespace Strato.Publishing.Merging;

/// <summary>Removes entries from catalogs with everything below them.</summary>
internal sealed class SubtreeRemoval(CatalogTree tree)
{
    /// <summary>Removes an entry. The link count of its directory is the caller's business.</summary>
    /// <param name="catalog">The catalog that has the entry.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="entry">What it is.</param>
    public void Remove(WorkingCatalog catalog, RepositoryPath path, CatalogEntry entry)
    {
        PathKey key = path.Key;
        if (entry.IsNestedMountPoint)
        {
            tree.RemoveNested(catalog, path);
        }
        else if (entry.IsBindMountPoint)
        {
            catalog.Edit(writer => writer.RemoveBindMountPoint(path));
        }
        else if (entry.IsDirectory)
        {
            foreach (CatalogEntry child in catalog.List(key))
            {
                Remove(catalog, path.Append(child.Name), child);
            }
        }

        catalog.Remove(key);
    }
}
