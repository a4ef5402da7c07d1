using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;

namespace Strato.Publishing.Traversal;

/// <summary>The root catalogs that people can name: those of the current revision and of every tag.</summary>
internal static class RevisionRoots
{
    /// <summary>The root catalogs, the current one first, each once.</summary>
    public static List<NestedCatalog> Of(Manifest manifest, IEnumerable<HistoryTag> tags)
    {
        List<NestedCatalog> roots = [new NestedCatalog(RepositoryPath.Root, manifest.RootCatalog, manifest.RootCatalogSize)];
        HashSet<ObjectHash> seen = [manifest.RootCatalog];
        roots.AddRange(tags.Where(tag => seen.Add(tag.RootCatalog)).Select(tag => new NestedCatalog(RepositoryPath.Root, tag.RootCatalog, tag.Size)));
        return roots;
    }
}
