using System.Text.Json;
using Strato.Core;
using Strato.Publishing.Collecting;
using Strato.Publishing.Replication;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Publishing;
using Strato.Tests.Publishing.Collecting;

namespace Strato.Tests.Publishing.Replication;

/// <summary>A replica's garbage goes after its source's, and what stays can be trusted by the next snapshot.</summary>
public sealed class CollectionInStepTests
{
    private static CollectionRequest Everything => new() { Repository = TemporaryHome.Name, KeptRevisions = 0, Grace = TimeSpan.Zero };

    [Fact]
    public void A_snapshot_collects_where_the_settings_say_so_it_is_time_and_the_source_has_collected()
    {
        // Objects in storage bear the machine's time.
        ManualClock clock = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        using TemporaryHome source = new() { Clock = clock };
        GarbageCollectionTests.Fill(source, revisions: 3, tagged: null, clock, TimeSpan.FromHours(1));
        using TemporaryReplica replica = new() { Clock = clock };
        replica.Add(TemporaryReplica.FileUrl(source), source.Home.Places(TemporaryHome.Name).PublicKey);
        Assert.Null(replica.Snapshot().Collected);
        replica.Change(settings => settings with { CollectsAutomatically = true });

        // A source that does not say when it collected is not waited for.
        Assert.NotNull(replica.Snapshot().Collected);
        Publish(source, clock, TimeSpan.FromDays(2));
        Publish(source, clock, TimeSpan.FromDays(2));

        // The names of the history before still count.
        Assert.Equal(0, replica.Snapshot().Collected?.DroppedRevisions);
        Publish(source, clock, TimeSpan.FromDays(2));
        Publish(source, clock, TimeSpan.FromDays(2));
        Assert.Null(LastCollection(source.Storage));
        CollectionOutcome first = Assert.IsType<CollectionOutcome>(replica.Snapshot().Collected);
        Assert.True(first.DeletedObjects > 0 && first.DroppedRevisions > 0, first.ToString());
        Assert.Equal(clock.GetUtcNow(), LastCollection(replica.Storage));

        // Not twice within the lapse, and not before the source does it again.
        GarbageCollection.Run(Everything, source.Context(TestContext.Current.CancellationToken));
        Assert.Equal(clock.GetUtcNow(), LastCollection(source.Storage));
        Assert.Null(replica.Snapshot().Collected);
        clock.Advance(TimeSpan.FromHours(25));
        Assert.NotNull(replica.Snapshot().Collected);
        clock.Advance(TimeSpan.FromHours(25));
        Assert.Null(replica.Snapshot().Collected);
        GarbageCollection.Run(Everything, source.Context(TestContext.Current.CancellationToken));
        Assert.NotNull(replica.Snapshot().Collected);
        Assert.Empty(replica.Check());
        Assert.False(File.Exists(Doubt(replica)));
    }

    [Fact]
    public void A_dry_run_says_nothing_to_replicas_and_a_pass_through_replica_has_nothing_to_collect()
    {
        using TemporaryHome source = new();
        GarbageCollectionTests.Fill(source, revisions: 2, tagged: null);
        GarbageCollection.Run(Everything with { IsDryRun = true }, source.Context(TestContext.Current.CancellationToken));
        Assert.Null(LastCollection(source.Storage));

        using TemporaryReplica replica = new();
        replica.Add(TemporaryReplica.FileUrl(source), source.Home.Places(TemporaryHome.Name).PublicKey, settings => settings with { IsPassThrough = true });
        Assert.Contains("keeps nothing", Assert.Throws<StratoException>(() => Collect(replica, Everything)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogs_of_a_snapshot_that_was_interrupted_go_however_young_and_come_again()
    {
        using TemporaryHome source = new();
        GarbageCollectionTests.Fill(source, revisions: 2, tagged: null);
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        byte[] manifest = File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest));
        byte[] reflog = File.ReadAllBytes(Path.Combine(replica.Storage, ObjectKey.Reflog));
        string[] catalogs = Catalogs(replica);
        Publish(source, clock: null, default);
        replica.Snapshot();
        File.WriteAllBytes(Path.Combine(replica.Storage, ObjectKey.Manifest), manifest);
        File.WriteAllBytes(Path.Combine(replica.Storage, ObjectKey.Reflog), reflog);
        File.WriteAllText(Doubt(replica), File.ReadAllText("/proc/sys/kernel/random/boot_id"));

        CollectionOutcome outcome = Collect(replica, Everything with { Grace = CollectionRequest.DefaultGrace });

        Assert.True(outcome.YoungObjects > 0);
        Assert.Equal(catalogs, Catalogs(replica));
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/random/boot_id"), File.ReadAllText(Doubt(replica)));
        Assert.True(replica.Snapshot().Counts.NewObjects > 0);
        Assert.Empty(replica.Check());
        Assert.False(File.Exists(Doubt(replica)));
    }

    [Fact]
    public void A_named_revision_that_the_source_could_not_give_does_not_keep_the_rest_from_being_collected()
    {
        using TemporaryHome source = new();
        GarbageCollectionTests.Fill(source, revisions: 4, tagged: 1);
        using (RevisionListing tagged = source.List("tag-1"))
        {
            File.Delete(Path.Combine(source.Storage, ObjectKey.Of(tagged.NameOf("/"))));
        }

        using TemporaryReplica replica = TemporaryReplica.Of(source);
        Assert.NotEmpty(replica.Snapshot().Missing);
        Publish(source, clock: null, default);
        Assert.NotEmpty(replica.Snapshot().Missing);

        Assert.True(Collect(replica, Everything).DeletedObjects > 0);
        Publish(source, clock: null, default);
        Assert.NotEmpty(replica.Snapshot().Missing);
    }

    [Fact]
    public void Where_a_catalog_stays_that_does_not_stand_for_all_below_it_the_next_snapshot_looks_again()
    {
        using TemporaryHome source = new();
        GarbageCollectionTests.Fill(source, revisions: 1, tagged: null);
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Snapshot();
        string[] former = Catalogs(replica);

        // The one before the current one has a name, too.
        Publish(source, clock: null, default);
        replica.Snapshot();
        Publish(source, clock: null, default);
        replica.Snapshot();
        using (RevisionListing present = replica.List())
        {
            string[] kept = [.. present.Catalogs.Keys.Select(path => Path.Combine(replica.Storage, ObjectKey.Of(present.NameOf(path.ToString()))))];
            former = [.. former.Except(kept)];
        }

        File.WriteAllText(former[0], "damaged");
        Collect(replica, Everything with { KeptRevisions = 5 });

        Assert.Equal("sweep", File.ReadAllText(Doubt(replica)).Trim());
        replica.Snapshot();
        Assert.False(File.Exists(Doubt(replica)));
        Assert.False(File.Exists(former[0]));
        Assert.Empty(replica.Check());
    }

    private static CollectionOutcome Collect(TemporaryReplica replica, CollectionRequest request) =>
        GarbageCollection.Run(request, replica.Context(TestContext.Current.CancellationToken));

    private static string Doubt(TemporaryReplica replica) => Path.Combine(replica.Folder, "doubt");

    private static string[] Catalogs(TemporaryReplica replica) =>
        [.. Directory.GetFiles(Path.Combine(replica.Storage, "data"), "*C", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static DateTimeOffset? LastCollection(string storage)
    {
        string file = Path.Combine(storage, StatusDocument.Key);
        if (!File.Exists(file))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.TryGetProperty("last_gc", out JsonElement time) ? StatusDocument.ParseTime(time.GetString()) : null;
    }

    private static void Publish(TemporaryHome source, ManualClock? clock, TimeSpan after)
    {
        clock?.Advance(after);
        string tree = source.NewFolder("source");
        File.AppendAllText(Path.Combine(tree, "folder", "file"), Guid.NewGuid().ToString());
        source.Publish(tree);
    }
}
