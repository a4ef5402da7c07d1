using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Core.Reflog;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Traversal;

namespace Strato.Publishing.Collecting;

/// <summary>Finds out what a repository needs: marks all of it, and tells which references of the reflog are to go. One thread.</summary>
/// <param name="objects">Reads the repository.</param>
/// <param name="visitor">Takes the names.</param>
/// <param name="traversal">Shows the visitor catalogs, each once, also over several calls of <see cref="Run"/>.</param>
/// <param name="rule">What stays besides what has a name.</param>
/// <param name="isHere">False for a root catalog with a name that this copy is known to lack, as its source could not give it.</param>
internal sealed class Marking(ObjectReader objects, MarkVisitor visitor, CatalogTraversal traversal, RetentionRule rule, Func<ObjectHash, bool> isHere)
{
    /// <summary>Marks what is needed at the moment. May be called again when that has changed: what is marked stays marked.</summary>
    /// <exception cref="StratoException">Something that has a name cannot be read.</exception>
    public MarkOutcome Run(AnnouncedRoot announced)
    {
        Manifest manifest = announced.Manifest;
        HashSet<ObjectName> kept = [.. ManifestObjects.Of(manifest)];
        if (manifest.MicroCatalog is { } micro)
        {
            kept.Add(new ObjectName(micro, ObjectKind.MicroCatalog));
        }

        visitor.IsLenient = false;
        Keep(kept, RevisionRoots.Of(manifest, manifest.History is { } history ? Tags(history).Where(tag => isHere(tag.RootCatalog)) : []));
        visitor.IsLenient = true;
        ReflogDatabase? reflog = announced.Reflog is { } bytes ? ReflogDatabase.OpenImage(bytes.Bytes.Span, "reflog") : null;
        using (reflog)
        {
            KeepPredecessors(kept, manifest, reflog);
            if (reflog is not null)
            {
                KeepYoung(kept, reflog);
            }

            foreach (ObjectName name in kept)
            {
                visitor.Add(name);
            }

            List<ObjectName> dropped = reflog is null
                ? []
                : [.. ReflogReference.Kinds.SelectMany(kind => reflog.List(kind)).Select(reference => reference.Name).Where(name => !kept.Contains(name))];
            return new MarkOutcome(kept.Count(name => name.Kind == ObjectKind.Catalog && visitor.FindRoot(name.Hash) is not null), dropped);
        }
    }

    private static NestedCatalog Root(ObjectHash hash) => new(RepositoryPath.Root, hash, Size: 0);

    private void Keep(HashSet<ObjectName> kept, IEnumerable<NestedCatalog> roots)
    {
        List<NestedCatalog> wanted = [.. roots];
        traversal.Run(wanted);
        kept.UnionWith(wanted.Select(root => new ObjectName(root.Hash, ObjectKind.Catalog)));
    }

    // Back from the current revision: a revision was current until its successor came, so the first that is old stays if its successor is young.
    private void KeepPredecessors(HashSet<ObjectName> kept, Manifest manifest, ReflogDatabase? reflog)
    {
        HashSet<ObjectHash> passed = [];
        ObjectHash current = manifest.RootCatalog;
        for (int count = 0; passed.Add(current) && visitor.FindRoot(current) is { } root; count++)
        {
            long time = reflog?.Find(new ObjectName(current, ObjectKind.Catalog)) ?? root.LastModified;
            if (root.PreviousRevision.IsNull || (count >= rule.Revisions && !rule.IsYoung(time)))
            {
                return;
            }

            Keep(kept, [Root(root.PreviousRevision)]);
            current = root.PreviousRevision;
        }
    }

    private void KeepYoung(HashSet<ObjectName> kept, ReflogDatabase reflog)
    {
        Keep(kept, reflog.List(ObjectKind.Catalog).Where(reference => rule.IsYoung(reference.Timestamp)).Select(reference => Root(reference.Name.Hash)));
        foreach (ObjectKind kind in ReflogReference.Kinds.Where(kind => kind != ObjectKind.Catalog))
        {
            kept.UnionWith(CurrentSince(reflog.List(kind), rule.Since).Select(reference => reference.Name));
        }

        // What had a name until recently may have been found by it.
        foreach (ReflogReference history in CurrentSince(reflog.List(ObjectKind.History), rule.GraceSince))
        {
            try
            {
                Keep(kept, Tags(history.Name.Hash).Select(tag => Root(tag.RootCatalog)));
            }
            catch (StratoException)
            {
                // An old history that is gone or damaged names nothing.
            }
        }
    }

    // Of a list with the newest first: those since a time, and the one that was current at that time.
    private static IEnumerable<ReflogReference> CurrentSince(List<ReflogReference> references, long since) =>
        since == long.MaxValue ? [] : references.Take(references.TakeWhile(reference => reference.Timestamp >= since).Count() + 1);

    private List<HistoryTag> Tags(ObjectHash hash)
    {
        using HistoryDatabase history = HistoryDatabase.OpenImage(HistoryBytes.Read(objects, hash), $"history {hash}H");
        return history.ListTags();
    }
}
