using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Looks at every catalog of a store whose word is in doubt, and removes those that do not stand for all below them, so that the rest
/// can be trusted again. What is removed belongs to no revision that is served by name; a later snapshot fetches what it needs of it.
/// </summary>
internal static class StoreProof
{
    /// <summary>Proves the store.</summary>
    /// <param name="session">The replica.</param>
    /// <param name="isProven">True for catalogs that are known to be whole.</param>
    /// <param name="counter">Counts.</param>
    public static void Run(ReplicaSession session, Func<ObjectHash, bool> isProven, SnapshotCounter counter)
    {
        List<NestedCatalog> doubtful = [];
        foreach (ObjectListing listing in session.Store.ListAsync(ObjectKey.DataPrefix, session.Cancellation).ToBlockingEnumerable(session.Cancellation))
        {
            if (ObjectKey.TryParse(listing.Key, out ObjectName name) && name.Kind == ObjectKind.Catalog && !isProven(name.Hash))
            {
                doubtful.Add(new NestedCatalog(RepositoryPath.Root, name.Hash, 0));
            }
        }

        IReadOnlyList<string?> lacking;
        using (TreePull tree = new(session.Store, source: null, session.Work, session.Settings.Workers, trustsCatalogs: false, counter, session.Cancellation))
        {
            lacking = tree.Pull(doubtful);
        }

        string[] bad = [.. doubtful.Where((_, index) => lacking[index] is not null).Select(catalog => ObjectKey.Of(new ObjectName(catalog.Hash, ObjectKind.Catalog)))];
        Blocking.Wait(session.Store.DeleteAsync(bad, session.Cancellation));
    }
}
