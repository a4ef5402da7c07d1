using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Reflog;
using Strato.Publishing.Collecting;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Memory;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Publishing;
using Strato.Testing.Storage;

namespace Strato.Tests.Publishing.Collecting;

/// <summary>What a collection keeps and what it deletes.</summary>
public sealed class GarbageCollectionTests
{
    internal static readonly RepositorySettings Collectable = TemporaryHome.SmallChunks with { IsGarbageCollectable = true };

    private static readonly CollectionRequest Everything = new() { Repository = TemporaryHome.Name, KeptRevisions = 0, Grace = TimeSpan.Zero };

    [Fact]
    public void Deletes_what_only_revisions_without_a_name_need_and_says_so_before()
    {
        using TemporaryHome home = WithRevisions(5, tagged: 1);
        HashSet<string> before = Objects(home);
        List<string> previewed = [];
        List<string> deleted = [];
        string log = Path.Combine(home.NewFolder("log"), "deleted");

        CollectionOutcome preview = Collect(home, Everything with { IsDryRun = true, Listed = previewed.Add });
        Assert.Equal(before, Objects(home));
        CollectionOutcome outcome = Collect(home, Everything with { Listed = deleted.Add, DeletionLog = log });

        // The tagged, the current and the one before, which has a tag as well, of six with the first, empty one.
        Assert.Equal((3, 3), (outcome.KeptRevisions, outcome.DroppedRevisions));
        Assert.Equal(preview with { IsDryRun = false, Finished = 0, Seconds = 0 }, outcome with { Finished = 0, Seconds = 0 });
        HashSet<string> after = Objects(home);
        Assert.Equal(before.Except(after).Order(StringComparer.Ordinal), deleted.Order(StringComparer.Ordinal));
        Assert.Equal(deleted.Order(StringComparer.Ordinal), previewed.Order(StringComparer.Ordinal));
        Assert.Equal(deleted, File.ReadAllLines(log)[1..^1]);
        Assert.Equal(outcome.DeletedObjects, deleted.Count);
        Assert.Equal(outcome.KeptObjects, after.Count);
        Assert.Contains(deleted, name => name.EndsWith('C'));
        Assert.Contains(deleted, name => name.EndsWith('P'));
        Assert.Contains(deleted, name => name.EndsWith('H'));
        Assert.Empty(home.Check());
        using (RevisionListing tagged = home.List("tag-1"))
        {
            Assert.NotEmpty(tagged.ReadContent(tagged.Entries.Values.Single(entry => entry.Path.ToString() == "/folder/file")));
        }

        Assert.Equal(0, Collect(home, Everything).DeletedObjects);
        Assert.False(home.Publish(home.NewFolder("source")).IsChanged);
    }

    [Fact]
    public void Keeps_as_many_revisions_as_it_is_told()
    {
        using TemporaryHome home = WithRevisions(6, tagged: null);

        Assert.Equal(5, Collect(home, Everything with { KeptRevisions = 4 }).KeptRevisions);
        Assert.Equal(5, Collect(home, Everything with { KeptRevisions = 4 }).KeptRevisions);
        Assert.Equal(2, Collect(home, Everything with { KeptRevisions = 1 }).KeptRevisions);
        Assert.Empty(home.Check());
    }

    [Fact]
    public void Keeps_what_was_current_within_the_time_and_by_default_three_days()
    {
        ManualClock clock = new();
        using TemporaryHome home = WithRevisions(5, tagged: null, clock, each: TimeSpan.FromDays(1));
        clock.Advance(TimeSpan.FromDays(1));

        // Published 5, 4, 3, 2 and 1 days ago. That of 4 days ago was current until 3 days ago.
        Assert.Equal(4, Collect(home, new CollectionRequest { Repository = TemporaryHome.Name }).KeptRevisions);
        Assert.Equal(3, Collect(home, Everything with { KeptRevisions = null, KeptAge = TimeSpan.FromDays(2) }).KeptRevisions);
        Assert.Empty(home.Check());
        clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal(2, Collect(home, new CollectionRequest { Repository = TemporaryHome.Name }).KeptRevisions);
    }

    [Fact]
    public void Whatever_else_is_said_what_was_there_within_the_grace_stays()
    {
        ManualClock clock = new();
        using TemporaryHome home = WithRevisions(4, tagged: 1, clock, each: TimeSpan.FromHours(2));
        clock.Advance(TimeSpan.FromMinutes(10));
        RepositoryTags.Remove(TemporaryHome.Name, "tag-1", home.Context(TestContext.Current.CancellationToken));
        clock.Advance(TimeSpan.FromMinutes(10));
        CollectionRequest careful = Everything with { Grace = TimeSpan.FromHours(1) };

        // The current one, the one before, and that which had a name twenty minutes ago.
        Assert.Equal(3, Collect(home, careful).KeptRevisions);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, Collect(home, careful).KeptRevisions);
        Assert.Empty(home.Check());
    }

    [Fact]
    public void A_publisher_whose_clock_was_wrong_loses_nothing_that_was_just_current()
    {
        ManualClock clock = new();
        using TemporaryHome home = WithRevisions(3, tagged: null, clock, each: TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromDays(-10));
        Change(home, 90);
        clock.Advance(TimeSpan.FromDays(10));
        Change(home, 91);
        Change(home, 92);

        // The last two, the one of long ago, which was current until just now, and that which was published just before.
        Assert.Equal(4, Collect(home, Everything with { KeptRevisions = null, KeptAge = TimeSpan.FromMinutes(30) }).KeptRevisions);
        Assert.Empty(home.Check());

        // A collector whose own clock went back finds everything young.
        clock.Advance(TimeSpan.FromDays(-10));
        Assert.Equal(0, Collect(home, new CollectionRequest { Repository = TemporaryHome.Name }).DeletedObjects);
    }

    [Fact]
    public void What_is_published_while_it_searches_keeps_what_it_uses_again()
    {
        MemoryObjectStore store = new();
        using TemporaryHome home = new() { Stores = new FaultyStores(store) };
        Fill(home, 3, tagged: null);
        string source = home.NewFolder("source");
        string file = Path.Combine(source, "folder", "file");
        string content = File.ReadAllText(file);
        Change(home, 90);
        Change(home, 91);
        bool hasPublished = false;
        store.Fault = (operation, _, _) =>
        {
            if (operation == StoreOperation.List && !hasPublished)
            {
                // Long after the marking: the file's old content, whose objects nothing needed when that was done.
                hasPublished = true;
                File.WriteAllText(file, content);
                home.Publish(source);
            }

            return null;
        };

        CollectionOutcome outcome = Collect(home, Everything);

        Assert.True(hasPublished);
        Assert.True(outcome.DeletedObjects > 0);
        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal(content, System.Text.Encoding.UTF8.GetString(revision.ReadContent(revision.Entries.Values.Single(entry => entry.Path.ToString() == "/folder/file"))));
    }

    [Fact]
    public void What_an_interrupted_one_found_is_used_unless_something_was_published()
    {
        MemoryObjectStore store = new();
        using TemporaryHome home = new() { Stores = new FaultyStores(store) };
        Fill(home, 4, tagged: null);
        long expected = Collect(home, Everything with { IsDryRun = true }).DeletedObjects;

        CollectionOutcome Interrupted()
        {
            store.Fault = (operation, _, _) => operation == StoreOperation.Delete ? new StoreFault(StoreFaultKind.ServerError) : null;
            Assert.Throws<StratoException>(() => Collect(home, Everything));
            store.Fault = null;
            return Collect(home, Everything);
        }

        CollectionOutcome outcome = Interrupted();
        Assert.True(outcome.IsResumed);
        Assert.Equal(expected, outcome.DeletedObjects);
        Assert.Empty(home.Check());

        Change(home, 90);
        Change(home, 91);
        Change(home, 92);
        store.Fault = (operation, _, _) => operation == StoreOperation.Delete ? new StoreFault(StoreFaultKind.ServerError) : null;
        Assert.Throws<StratoException>(() => Collect(home, Everything));
        store.Fault = null;
        Change(home, 93);
        Assert.False(Collect(home, Everything).IsResumed);
        Assert.Empty(home.Check());
        Assert.Equal(0, Collect(home, Everything).DeletedObjects);
    }

    [Fact]
    public void What_nobody_ever_named_goes_and_what_is_not_an_object_stays()
    {
        using TemporaryHome home = WithRevisions(2, tagged: null);
        string orphan = Path.Combine(home.Storage, "data", "00", new string('a', 38));
        string foreign = Path.Combine(home.Storage, "data", "00", "notes.txt");
        File.WriteAllText(orphan, "left by a publish that was killed");
        File.WriteAllText(foreign, "somebody's");

        Assert.True(Collect(home, Everything with { Grace = TimeSpan.FromHours(1) }).YoungObjects > 0);
        Assert.True(File.Exists(orphan));
        Collect(home, Everything);

        Assert.False(File.Exists(orphan));
        Assert.True(File.Exists(foreign));
        Assert.Empty(home.Check());
    }

    [Fact]
    public void Is_refused_where_it_is_not_allowed_or_another_collects_or_something_named_is_missing()
    {
        using TemporaryHome fixedHome = TemporaryHome.WithRepository();
        Assert.Contains("does not allow garbage collection", Assert.Throws<StratoException>(() => Collect(fixedHome, Everything)).Message, StringComparison.Ordinal);

        using TemporaryHome home = WithRevisions(3, tagged: null);
        using (CollectorLock.Take(home.Home.Places(TemporaryHome.Name)))
        {
            Assert.Contains("by another process", Assert.Throws<StratoException>(() => Collect(home, Everything)).Message, StringComparison.Ordinal);
        }

        HashSet<string> before = Objects(home);
        using (RevisionListing revision = home.List())
        {
            File.Delete(Path.Combine(home.Storage, new ObjectName(revision.Manifest.RootCatalog, ObjectKind.Catalog).StoragePath));
        }

        Assert.Contains("nothing was deleted", Assert.Throws<StratoException>(() => Collect(home, Everything)).Message, StringComparison.Ordinal);
        Assert.Equal(before.Count - 1, Objects(home).Count);
    }

    [Fact]
    public void A_replica_without_keys_is_collected_in_step_with_its_manifest()
    {
        using TemporaryHome home = WithRevisions(4, tagged: null);
        RepositoryPlaces places = home.Home.Places(TemporaryHome.Name);
        byte[] manifest = File.ReadAllBytes(Path.Combine(home.Storage, ObjectKey.Manifest));
        File.Delete(places.Key("key"));
        CollectionOutcome outcome;
        using (CollectableReplica replica = new(TemporaryHome.Name, home.Context(TestContext.Current.CancellationToken), _ => { }))
        {
            outcome = GarbageCollection.Run(replica, Everything, home.Home.Load(TemporaryHome.Name), home.Context(TestContext.Current.CancellationToken));
        }

        Assert.True(outcome.DeletedObjects > 0);
        Assert.Equal(manifest, File.ReadAllBytes(Path.Combine(home.Storage, ObjectKey.Manifest)));
        using ReflogDatabase reflog = ReflogDatabase.OpenImage(File.ReadAllBytes(Path.Combine(home.Storage, ObjectKey.Reflog)), "reflog");
        Assert.Equal(outcome.KeptRevisions, reflog.List(ObjectKind.Catalog).Count);
        Assert.Equal(outcome.KeptObjects, Objects(home).Count);
    }

    internal static void Fill(TemporaryHome home, int revisions, int? tagged, ManualClock? clock = null, TimeSpan each = default)
    {
        home.Make(Collectable);
        string source = home.NewFolder("source");
        Directory.CreateDirectory(Path.Combine(source, "folder"));
        File.WriteAllText(Path.Combine(source, "folder", ".cvmfscatalog"), string.Empty);
        File.WriteAllText(Path.Combine(source, "constant"), "the same in all revisions");
        for (int revision = 0; revision < revisions; revision++)
        {
            if (revision > 0)
            {
                clock?.Advance(each);
            }

            Change(home, revision, revision == tagged ? $"tag-{revision}" : null);
        }
    }

    private static void Change(TemporaryHome home, int revision, string? tag = null)
    {
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "folder", "file"), string.Concat(Enumerable.Range(0, 6000).Select(number => $"{revision} {number}\n")));
        File.WriteAllText(Path.Combine(source, $"small-{revision % 2}"), $"of revision {revision}");
        home.Publish(source, tag: tag);
    }

    private static TemporaryHome WithRevisions(int revisions, int? tagged, ManualClock? clock = null, TimeSpan each = default)
    {
        TemporaryHome home = new() { Clock = clock ?? TimeProvider.System };
        Fill(home, revisions, tagged, clock, each);
        return home;
    }

    private static CollectionOutcome Collect(TemporaryHome home, CollectionRequest request) => GarbageCollection.Run(request, home.Context(TestContext.Current.CancellationToken));

    private static HashSet<string> Objects(TemporaryHome home)
    {
        HashSet<string> names = [];
        IObjectStore store = home.Stores.Open(home.Home.Load(TemporaryHome.Name));
        foreach (ObjectListing listing in store.ListAsync(ObjectKey.DataPrefix, TestContext.Current.CancellationToken).ToBlockingEnumerable(TestContext.Current.CancellationToken))
        {
            Assert.True(ObjectKey.TryParse(listing.Key, out ObjectName name));
            names.Add(name.ToString());
        }

        Blocking.Wait(store.DisposeAsync());
        return names;
    }
}
