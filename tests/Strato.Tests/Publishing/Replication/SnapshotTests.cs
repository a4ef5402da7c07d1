using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Publishing.Objects;
using Strato.Publishing.Replication;
using Strato.Storage.Memory;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;
using Strato.Testing.Storage;

namespace Strato.Tests.Publishing.Replication;

public sealed class SnapshotTests
{
    [Fact]
    public void A_first_snapshot_has_everything_and_a_second_fetches_nothing()
    {
        using TemporaryHome source = ReplicaTree.Publish(tag: "first");
        ReplicaTree.Publish(source, 1, tag: "second");
        using TemporaryReplica replica = TemporaryReplica.Of(source);

        SnapshotOutcome first = replica.Snapshot();
        SnapshotOutcome second = replica.Snapshot();

        Assert.True(first.IsChanged);
        Assert.Equal(3u, first.Revision);
        Assert.Empty(first.Missing);
        Assert.Equal(File.ReadAllBytes(Path.Combine(source.Storage, ObjectKey.Manifest)), File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest)));
        Assert.Equal(Objects(source.Storage).Where(IsReachable), Objects(replica.Storage));
        Assert.Empty(replica.Check());
        Assert.False(second.IsChanged);
        Assert.Equal(0, second.Counts.NewObjects);
        Assert.False(Directory.Exists(Path.Combine(replica.Folder, "snapshot")));
        Assert.False(File.Exists(Path.Combine(replica.Folder, "doubt")));
        Assert.False(File.Exists(Path.Combine(replica.Storage, ".cvmfs_is_snapshotting")));
        Assert.False(File.Exists(Path.Combine(replica.Storage, ObjectKey.MasterReplica)));

        // What mkfs left and nobody named or can reach is not replicated.
        bool IsReachable(string name) => name[^1] is not ('C' or 'H') || File.Exists(Path.Combine(replica.Storage, "data", name));
    }

    [Fact]
    public void A_later_snapshot_fetches_what_is_new_and_the_revisions_between()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        SnapshotOutcome first = replica.Snapshot();
        string[] roots = [.. Enumerable.Range(1, 3).Select(round =>
        {
            ReplicaTree.Publish(source, round);
            using RevisionListing listing = source.List();
            return listing.Manifest.RootCatalog.ToString();
        })];

        SnapshotOutcome later = replica.Snapshot();

        // Each of the three has three catalogs and a file; then there is the new history and nothing else.
        Assert.InRange(later.Counts.NewObjects, 12, 14);
        Assert.True(later.Counts.NewObjects < first.Counts.NewObjects + 3);
        Assert.Equal(5u, later.Revision);
        Assert.All(roots, root => Assert.True(File.Exists(Path.Combine(replica.Storage, "data", root[..2], root[2..] + "C"))));
        Assert.Empty(replica.Check());
        using ReflogDatabase reflog = ReflogDatabase.OpenImage(File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Reflog)), "reflog");
        Assert.All(roots, root => Assert.NotNull(reflog.Find(new ObjectName(Parse(root), ObjectKind.Catalog))));
    }

    [Fact]
    public void A_source_that_lacks_an_object_leaves_the_old_revision_and_the_rest_is_kept()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        byte[] before = File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest));
        ReplicaTree.Publish(source, 1);
        string hidden = HideNewest(source);
        string[] there = Objects(replica.Storage);

        SourceLacksException failure = Assert.Throws<SourceLacksException>(() => replica.Snapshot());

        Assert.Contains("lacks object", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest)));
        Assert.Empty(replica.Check());
        Assert.False(File.Exists(Path.Combine(replica.Storage, ".cvmfs_is_snapshotting")));
        string[] came = [.. Objects(replica.Storage).Except(there)];
        Assert.NotEmpty(came);
        Assert.DoesNotContain(came, name => name.EndsWith('C'));

        File.Move(hidden + ".hidden", hidden);
        Assert.True(replica.Snapshot().IsChanged);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void Catalogs_that_an_interrupted_snapshot_fetched_are_not_fetched_again()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        string hidden = HideNewest(source);
        Assert.Throws<SourceLacksException>(() => replica.Snapshot());
        string[] kept = Directory.GetFiles(Path.Combine(replica.Folder, "snapshot"));
        Assert.Equal(3, kept.Length);
        File.WriteAllText(kept[0], "cut short");
        File.Move(hidden + ".hidden", hidden);

        SnapshotOutcome outcome = replica.Snapshot();

        // The object, the catalog that was damaged meanwhile, and that of the revision before.
        Assert.Equal(3, outcome.Counts.NewObjects);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void A_damaged_object_at_the_source_never_becomes_visible()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        string victim = Directory.GetFiles(Path.Combine(source.Storage, "data"), "*P", SearchOption.AllDirectories)[0];
        byte[] good = File.ReadAllBytes(victim);
        byte[] bad = [.. good];
        bad[^1] ^= 1;
        File.WriteAllBytes(victim, bad);

        StratoException failure = Assert.ThrowsAny<StratoException>(() => replica.Snapshot());

        Assert.Contains("its bytes do not have the hash that names it", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(replica.Storage, Path.GetRelativePath(source.Storage, victim))));
        Assert.False(File.Exists(Path.Combine(replica.Storage, ObjectKey.Manifest)));
        File.WriteAllBytes(victim, good);
        Assert.True(replica.Snapshot().IsChanged);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public void Large_objects_are_staged_and_verified_all_the_same()
    {
        MemoryObjectStore store = new();
        using TemporaryHome source = TemporaryHome.WithRepository(TemporaryHome.SmallChunks with { Chunks = null, Encoding = ObjectEncoding.None });
        using (Testing.Trees.TreeBuilder tree = new(source.NewFolder("source")))
        {
            tree.File("large"u8, Testing.Trees.TreeContent.Random(1, 3_000_000));
            tree.File("empty"u8, []);
        }

        source.Publish(source.NewFolder("source"));
        using TemporaryReplica replica = TemporaryReplica.Of(source, new FaultyStores(store));

        replica.Snapshot();

        Assert.Empty(replica.Check());
        Assert.Equal(3_000_000, Blocking.Wait(store.StatAsync(Key("large"), TestContext.Current.CancellationToken))!.Value.Length);

        string Key(string name)
        {
            using RevisionListing listing = replica.List();
            return ObjectKey.Of(new ObjectName(listing.Entries.Values.Single(entry => entry.Path.ToString() == "/" + name).Entry.Hash, ObjectKind.File));
        }
    }

    [Fact]
    public void Garbage_in_place_of_the_manifest_that_is_served_is_told_with_what_to_do()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        string manifest = Path.Combine(replica.Storage, ObjectKey.Manifest);
        File.WriteAllText(manifest, "garbage");

        Assert.Contains("remove it", Assert.Throws<StratoException>(() => replica.Snapshot()).Message, StringComparison.Ordinal);

        File.Delete(manifest);
        Assert.Equal(2u, replica.Snapshot().Revision);
        Assert.True(Manifest.TryParse(File.ReadAllBytes(manifest), out _, out _));
    }

    private static ObjectHash Parse(string text)
    {
        Assert.True(ObjectHash.TryParse(text, out ObjectHash hash));
        return hash;
    }

    private static string[] Objects(string storage) =>
        [.. Directory.GetFiles(Path.Combine(storage, "data"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(storage, "data"), file))
            .Where(name => !name.StartsWith("txn", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    // Hides the object of the one file that each round changes: it has a few bytes.
    private static string HideNewest(TemporaryHome source)
    {
        using RevisionListing listing = source.List();
        ObjectHash hash = listing.Entries.Values.Single(entry => entry.Path.ToString() == "/nested/deeper/round").Entry.Hash;
        string file = Path.Combine(source.Storage, ObjectKey.Of(new ObjectName(hash, ObjectKind.File)));
        File.Move(file, file + ".hidden");
        return file;
    }
}
