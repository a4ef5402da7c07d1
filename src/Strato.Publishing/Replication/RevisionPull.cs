using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Makes present all that a signed root stands for: the newest revision, those that its history names, and those between it and the one that the
/// replica has, which clients may still use.
/// </summary>
internal sealed class RevisionPull(ReplicaSession session, SourceRoot root, HeldRoot? held, SnapshotCounter counter) : IDisposable
{
    private readonly Manifest manifest = root.Trusted.Manifest;
    private readonly ObjectIntake intake = new(session.Store, session.Cancellation);
    private readonly List<ObjectName> references = [];
    private readonly List<string> missing = [];

    /// <summary>What belongs into the reflog.</summary>
    public IReadOnlyList<ObjectName> References => references;

    /// <summary>Revisions that the source does not have any more, as lines.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Named revisions that are whole.</summary>
    public int Tags { get; private set; }

    /// <summary>Fetches everything and brings it to the disk.</summary>
    /// <exception cref="SourceLacksException">The source has the root, but not all that it stands for.</exception>
    /// <exception cref="StratoException">Something else went wrong.</exception>
    public void Run(bool trustsCatalogs)
    {
        List<HistoryTag> tags = FetchAttachments();
        using (TreePull tree = new(
            session.Store, session.Source, session.Work, session.Settings.Workers, trustsCatalogs, counter, session.Cancellation))
        {
            PullTrunk(tree);
            PullTags(tree, tags);
            if (held is not null)
            {
                PullBetween(tree, held.Manifest);
            }

            if (!trustsCatalogs)
            {
                StoreProof.Run(session, tree.IsComplete, counter);
            }
        }

        Blocking.Wait(session.Store.FlushAsync(session.Cancellation));
    }

    public void Dispose() => intake.Dispose();

    private List<HistoryTag> FetchAttachments()
    {
        if (manifest.Certificate is { } certificate)
        {
            ObjectName name = new(certificate, ObjectKind.Certificate);
            Blocking.Wait(session.Store.PutIfAbsentAsync(ObjectKey.Of(name), root.Certificate, session.Cancellation));
            references.Add(name);
        }

        if (manifest.MetaInfo is { } info)
        {
            Fetch(new ObjectName(info, ObjectKind.MetaInfo), Core.MetaInfo.RepositoryMetaInfo.MaxLength);
        }

        if (manifest.History is not { } hash)
        {
            return [];
        }

        Fetch(new ObjectName(hash, ObjectKind.History), HistoryDatabase.MaxLength);
        byte[] image = HistoryBytes.Read(new ObjectReader(session.Store, session.Cancellation), hash);
        using HistoryDatabase history = HistoryDatabase.OpenImage(image, $"history {hash}H");
        return history.ListTags();
    }

    private void Fetch(ObjectName name, long maximumPlain)
    {
        if (!Blocking.Wait(session.Store.ExistsAsync(ObjectKey.Of(name), session.Cancellation)))
        {
            intake.Expect(name, StoredLength.Maximum(maximumPlain, CompressionAlgorithm.Zlib));
            if (!Blocking.Wait(session.Source.TryFetchAsync(name, intake, session.Cancellation)))
            {
                throw Lacking($"object {name}, which its manifest names");
            }

            intake.Put();
            counter.AddNew(intake.Length);
        }

        references.Add(name);
    }

    private void PullTrunk(TreePull tree)
    {
        if (tree.Pull([RootOf(manifest.RootCatalog, manifest.RootCatalogSize)]) is [{ } lacking])
        {
            throw Lacking(lacking);
        }

        references.Add(new ObjectName(manifest.RootCatalog, ObjectKind.Catalog));
    }

    // A collected revision may still have its name for a while; the source is asked for its history anew before that is taken for granted.
    private void PullTags(TreePull tree, List<HistoryTag> tags)
    {
        IReadOnlyList<string?> lacking = tree.Pull([.. tags.Select(tag => RootOf(tag.RootCatalog, tag.Size))]);
        for (int index = 0; index < tags.Count; index++)
        {
            if (lacking[index] is { } what)
            {
                missing.Add($"revision {tags[index].Revision} (tag {tags[index].Name}) is not here: the source lacks {what}");
                continue;
            }

            Tags++;
            references.Add(new ObjectName(tags[index].RootCatalog, ObjectKind.Catalog));
        }
    }

    private void PullBetween(TreePull tree, Manifest former)
    {
        // One that is there already does not end the search: a snapshot that was killed may have put it and not those before it.
        ObjectHash next = manifest.Revision > former.Revision ? tree.Inspect(manifest.RootCatalog).PreviousRevision : default;
        while (!next.IsNull && next != former.RootCatalog)
        {
            if (tree.Pull([RootOf(next, size: 0)]) is [{ } lacking])
            {
                missing.Add($"an unnamed revision between {former.Revision} and {manifest.Revision} is not here: the source lacks {lacking}");
                return;
            }

            references.Add(new ObjectName(next, ObjectKind.Catalog));
            CatalogProperties properties = tree.Inspect(next);
            if (properties.Revision <= former.Revision)
            {
                return;
            }

            next = properties.PreviousRevision;
        }
    }

    private SourceLacksException Lacking(string what) =>
        new($"cannot snapshot {session.Settings.Name}: {session.Source.CurrentServer} lacks {what}; its publisher must repair it (strato check there)");

    private static NestedCatalog RootOf(ObjectHash hash, long size) => new(RepositoryPath.Root, hash, size);
}
