using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Branches;
using Strato.Publishing.Merging;
using Strato.Publishing.Objects;
using Strato.Publishing.Retention;
using Strato.Publishing.Transactions;
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
        session.Audit?.Tag = tag;
        if (session.Checkout is not null)
        {
            TagOnBranch(session, tree.Root, tree.Revision, tag, message);
            return;
        }

        RetentionPolicy? retention = session.Settings.Retention(session.Clock.GetUtcNow());
        Commit(session, Manifest(session, tree.Root, tree.Revision), history =>
        {
            if (retention is not null)
            {
                IReadOnlyList<HistoryTag> outdated = retention.Outdated(history.History.ListTags());
                history.RemoveAll(outdated.Select(old => old.Name));
                session.Audit?.Count("removed_tags", outdated.Count);
            }

            string? name = tag ?? (session.Settings.AutomaticTags
                ? TagName.Automatic(session.Clock.GetUtcNow(), taken => history.History.Find(taken) is not null)
                : null);
            if (name is not null)
            {
                session.Audit?.Tag = name;
                history.Add(head with { Name = name, Description = message });
            }

            history.MoveTrunk(head);
        });
    }

    /// <summary>Gives a revision of the branch that is checked out its name, and the branch its beginning where it is new; the checkout ends with it.</summary>
    /// <exception cref="StratoException">There is no name for it; nothing was changed.</exception>
    public static void TagOnBranch(RepositorySession session, NestedCatalog root, ulong revision, string? tag, string message)
    {
        BranchCheckout checkout = session.Checkout ?? throw new InvalidOperationException("no branch is checked out");
        string name = RequireTag(session, tag)!;
        Commit(session, session.Manifest, PutHistory(session, history =>
        {
            if (!history.History.ListBranches().Exists(branch => branch.Name == checkout.Branch))
            {
                history.AddBranch(new HistoryBranch(checkout.Branch, checkout.Parent, revision));
            }

            history.Add(Head(session, root, revision) with { Name = name, Description = message, Branch = checkout.Branch });
        }), session.Keys, new ObjectName(root.Hash, ObjectKind.Catalog));
        session.EndCheckout();
    }

    /// <summary>Throws where a revision of a branch would get no name, without which nothing would know it. Gives the name back.</summary>
    /// <exception cref="StratoException">Says so.</exception>
    public static string? RequireTag(RepositorySession session, string? tag) => session.Checkout is { } checkout && tag is null
        ? throw new StratoException($"publishing on the branch {checkout.Branch} of {session.Settings.Name} needs a name: give --tag, or go back with: strato checkout {session.Settings.Name}")
        : tag;

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

    /// <summary>Signs the current revision with other keys; nothing else about it changes.</summary>
    public static void SignAnew(RepositorySession session, RepositoryKeys keys) => Commit(session, session.Manifest, session.Manifest.History, keys);

    /// <summary>Throws where a name is taken, before any work is done for it.</summary>
    /// <exception cref="StratoException">Says what it names.</exception>
    public static void RequireFreeTag(RepositorySession session, string? tag)
    {
        using HistoryDatabase? history = tag is null ? null : HistoryBytes.Open(session.Objects, session.Manifest);
        if (history?.Find(tag!) is { } existing)
        {
            throw new StratoException($"the tag {tag} exists and names revision {existing.Revision}; remove it first or choose another name");
        }
    }

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

    private static void Commit(RepositorySession session, Manifest manifest, Action<HistoryEditor> edit) =>
        Commit(session, manifest, PutHistory(session, edit), session.Keys);

    private static void Commit(RepositorySession session, Manifest manifest, ObjectHash? history, RepositoryKeys keys, params ReadOnlySpan<ObjectName> others)
    {
        if (manifest.RootCatalog != session.Manifest.RootCatalog && !session.SealsTransaction)
        {
            OpenTransaction.RequireNone(session);
        }

        (ObjectName certificate, byte[] stored) = keys.Certificate.ToObject(manifest.HashAlgorithm);
        Blocking.Wait(session.Store.PutIfAbsentAsync(ObjectKey.Of(certificate), stored, session.Cancellation));
        manifest = manifest with { History = history, Certificate = certificate.Hash, Timestamp = session.Now };
        Blocking.Wait(session.Store.FlushAsync(session.Cancellation));
        ObjectHash reflog = ReflogBytes.Extend(session, ReflogBytes.Read(session), manifest, others);
        ManifestSwap.Run(session, manifest with { Reflog = reflog }, keys);
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
