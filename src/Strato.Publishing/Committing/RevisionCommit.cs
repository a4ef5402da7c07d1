using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Publishing.Merging;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>
/// Ends an operation: history, certificate, flush, reflog, manifest, in this order (docs/designs/004-publishing.md says what a crash leaves
/// after each).
/// </summary>
internal static class RevisionCommit
{
    /// <summary>Makes a sealed tree the repository's new revision.</summary>
    /// <param name="session">The repository, locked.</param>
    /// <param name="tree">A tree that has changed.</param>
    /// <param name="tag">A name for the revision; null for an automatic one where the settings ask for it.</param>
    /// <param name="message">What the tag says.</param>
    public static void Publish(RepositorySession session, SealedTree tree, string? tag, string message)
    {
        HistoryTag head = Head(session, tree.Root, tree.Revision);
        Commit(session, Manifest(session, tree.Root, tree.Revision), history =>
        {
            string? name = tag ?? (session.Settings.AutomaticTags
                ? TagName.Automatic(session.Clock.GetUtcNow(), taken => history.History.Find(taken) is not null)
                : null);
            if (name is not null)
            {
                history.Add(head with { Name = name, Description = message });
            }

            history.MoveTrunk(head);
        });
    }

    /// <summary>
    /// Makes a root catalog that repeats a tagged revision's the repository's new revision. Returns the tags that this removed or moved as they were.
    /// </summary>
    /// <param name="session">The repository, locked.</param>
    /// <param name="root">The root catalog, one revision above the current one.</param>
    /// <param name="target">The tag that it repeats.</param>
    /// <param name="keepsPrevious">False after an undo, which cannot be undone by another.</param>
    public static IReadOnlyList<HistoryTag> RollBack(RepositorySession session, NestedCatalog root, HistoryTag target, bool keepsPrevious)
    {
        ulong revision = session.Manifest.Revision + 1;
        HistoryTag head = Head(session, root, revision);
        List<HistoryTag> affected = [];
        Commit(session, Manifest(session, root, revision), history =>
        {
            affected = history.RollBack(target.Name, head);
            history.MoveTrunk(head, keepsPrevious);
        });
        return affected;
    }

    /// <summary>Changes the history alone; the revision stays.</summary>
    public static void EditHistory(RepositorySession session, Action<HistoryEditor> edit) => Commit(session, session.Manifest, edit);

    private static HistoryTag Head(RepositorySession session, NestedCatalog root, ulong revision) => new()
    {
        Name = TagName.Trunk,
        RootCatalog = root.Hash,
        Size = root.Size,
        Revision = revision,
        Timestamp = session.Now,
    };

    private static Manifest Manifest(RepositorySession session, NestedCatalog root, ulong revision) => session.Manifest with
    {
        RootCatalog = root.Hash,
        RootCatalogSize = root.Size,
        Revision = revision,
        Ttl = TimeSpan.FromSeconds(session.Settings.TimeToLive),
        IsGarbageCollectable = session.Settings.IsGarbageCollectable,
    };

    private static void Commit(RepositorySession session, Manifest manifest, Action<HistoryEditor> edit)
    {
        ObjectHash history = PutHistory(session, edit);
        (ObjectName certificate, byte[] stored) = session.Keys.Certificate.ToObject(manifest.HashAlgorithm);
        Blocking.Wait(session.Store.PutIfAbsentAsync(ObjectKey.Of(certificate), stored, session.Cancellation));
        manifest = manifest with { History = history, Certificate = certificate.Hash, Timestamp = session.Now };
        Blocking.Wait(session.Store.FlushAsync(session.Cancellation));
        ObjectHash reflog = ReflogBytes.Extend(session, ReflogBytes.Read(session), manifest);
        ManifestSwap.Run(session, manifest with { Reflog = reflog });
    }

    private static ObjectHash PutHistory(RepositorySession session, Action<HistoryEditor> edit)
    {
        HashAlgorithm algorithm = session.Manifest.HashAlgorithm;
        byte[] image;
        using (HistoryEditor editor = OpenHistory(session))
        {
            edit(editor);
            image = editor.Seal();
        }

        using ObjectWriter writer = new(session.Store, algorithm, ObjectEncoding.Zlib, new StoredCounter(), session.Cancellation);
        return writer.PutWhole(image, ObjectKind.History);
    }

    private static HistoryEditor OpenHistory(RepositorySession session) => session.Manifest.History is { } hash
        ? HistoryEditor.Edit(HistoryBytes.Read(session.Objects, hash), hash, session.Places.Work)
        : HistoryEditor.Create(session.Settings.Name, session.Places.Work);
}
