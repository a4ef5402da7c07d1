using System.Globalization;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;

namespace Strato.Publishing.Revisions;

/// <summary>
/// Finds a revision by what a person calls it: a tag's name, a root catalog's hash or a revision's number, in this order. Numbers without a tag are
/// found along the chain of predecessors, as long as garbage collection has left it.
/// </summary>
internal sealed class RevisionFinder(Manifest manifest, HistoryDatabase? history, CatalogShelf catalogs)
{
    /// <summary>Finds one.</summary>
    /// <exception cref="StratoException">There is none, or none any more.</exception>
    public NamedRevision Find(string name)
    {
        if (history?.Find(name) is { } tag)
        {
            return Of(tag, name);
        }

        if (ObjectHash.TryParse(name, out ObjectHash hash) && !hash.IsNull)
        {
            return Read(name, hash, 0);
        }

        return ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out ulong revision)
            ? ByRevision(name, revision)
            : throw new StratoException($"{manifest.RepositoryName} has no tag {BytesText.Escape(name)}; 'strato tag {manifest.RepositoryName} list' shows those that it has");
    }

    private static NamedRevision Of(HistoryTag tag, string name) => new(name, tag.Revision, tag.Timestamp, tag.RootCatalog, tag.Size);

    private NamedRevision ByRevision(string name, ulong revision)
    {
        if (history?.FindByRevision(revision) is { } tag)
        {
            return Of(tag, name);
        }

        NamedRevision found = Read(name, manifest.RootCatalog, manifest.RootCatalogSize);
        if (NextTag(revision) is { } near && near.Revision < found.Revision)
        {
            found = Read(name, near.RootCatalog, near.Size);
        }

        while (found.Revision > revision)
        {
            using CatalogReader catalog = catalogs.Open(new NestedCatalog(RepositoryPath.Root, found.RootCatalog, found.RootCatalogSize));
            ObjectHash previous = catalog.Properties.PreviousRevision;
            NamedRevision? before = previous.IsNull ? null : Read(name, previous, 0);

            // A chain that does not go down would be walked for ever.
            found = before is not null && before.Revision < found.Revision ? before : throw Missing(revision);
        }

        return found.Revision == revision ? found : throw Missing(revision);
    }

    private HistoryTag? NextTag(ulong revision) =>
        history?.ListTags().Where(tag => tag.Revision > revision && tag.Branch.Length == 0).MinBy(tag => tag.Revision);

    private NamedRevision Read(string name, ObjectHash root, long size)
    {
        using CatalogReader catalog = catalogs.Open(new NestedCatalog(RepositoryPath.Root, root, size));
        return new NamedRevision(name, catalog.Properties.Revision, catalog.Properties.LastModified, root, size);
    }

    private StratoException Missing(ulong revision) =>
        new($"{manifest.RepositoryName} has no revision {revision}; it is at {manifest.Revision}, and 'strato tag {manifest.RepositoryName} list' shows what is kept");
}
