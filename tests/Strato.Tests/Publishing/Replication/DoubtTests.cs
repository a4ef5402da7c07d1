using Strato.Core.Hashing;
using Strato.Publishing.Replication;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing.Replication;

/// <summary>After a loss of power, or a collection that was interrupted, a catalog that is there does not stand for all below it.</summary>
public sealed class DoubtTests
{
    [Fact]
    public void A_marker_of_another_boot_has_everything_looked_at_again()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        Lose(replica, "P");
        Lose(replica, "C");
        Assert.NotEmpty(replica.Check());
        File.WriteAllText(Path.Combine(replica.Folder, "doubt"), "00000000-0000-0000-0000-000000000000\n");

        SnapshotOutcome outcome = replica.Snapshot();

        Assert.False(outcome.IsChanged);
        Assert.Equal(2, outcome.Counts.NewObjects);
        Assert.Empty(replica.Check());
        Assert.False(File.Exists(Path.Combine(replica.Folder, "doubt")));
    }

    [Fact]
    public void A_catalog_that_no_revision_needs_now_goes_where_it_lacks_something()
    {
        using TemporaryHome source = ReplicaTree.Publish();
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        ReplicaTree.Publish(source, 1);
        replica.Snapshot();
        string[] former = Catalogs(replica);
        string lost = ObjectOfRound(replica);
        Enumerable.Range(2, 3).ToList().ForEach(round => ReplicaTree.Publish(source, round));
        replica.Snapshot();
        File.Delete(lost);
        File.WriteAllText(Path.Combine(replica.Folder, "doubt"), "sweep\n");
        Assert.Empty(replica.Check());

        replica.Snapshot();

        // The object was in the deepest of three catalogs, and with it each above does not stand for all below it any more.
        Assert.Equal(3, former.Count(file => !File.Exists(file)));
        Assert.Empty(replica.Check());

        // The source goes back to what it was, and everything comes again.
        ReplicaTree.Publish(source, 1);
        replica.Snapshot();
        Assert.True(File.Exists(lost));
        Assert.Empty(replica.Check());
    }

    private static string ObjectOfRound(TemporaryReplica replica)
    {
        using RevisionListing listing = replica.List();
        ObjectHash hash = listing.Entries.Values.Single(entry => entry.Path.ToString() == "/nested/deeper/round").Entry.Hash;
        return Path.Combine(replica.Storage, ObjectKey.Of(new ObjectName(hash, ObjectKind.File)));
    }

    private static string[] Catalogs(TemporaryReplica replica) => Directory.GetFiles(Path.Combine(replica.Storage, "data"), "*C", SearchOption.AllDirectories);

    private static void Lose(TemporaryReplica replica, string kind) =>
        File.Delete(Directory.GetFiles(Path.Combine(replica.Storage, "data"), "*" + kind, SearchOption.AllDirectories).Order(StringComparer.Ordinal).First());
}
