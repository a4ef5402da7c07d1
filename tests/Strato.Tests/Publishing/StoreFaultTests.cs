using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Publishing.Collecting;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Memory;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;
using Strato.Testing.Storage;
using Strato.Testing.Trees;
using Strato.Tests.Publishing.Collecting;

namespace Strato.Tests.Publishing;

/// <summary>
/// Whole operations over a store that fails at any of their calls, in any way: one line says so, the revision that readers see is whole, and
/// the same operation succeeds when the store is well again.
/// </summary>
public sealed class StoreFaultTests
{
    private const int Cases = 16;

    [Fact]
    public void Making_a_repository() => Always(_ => { }, home =>
    {
        if (!Exists(home))
        {
            home.Make(TemporaryHome.SmallChunks);
        }
    });

    [Fact]
    public void Publishing_for_the_first_time() => Always(MakeWithSource, PublishSource);

    [Fact]
    public void Publishing_a_change() => Always(MakeAndChange, PublishSource);

    [Fact]
    public void Ingesting_objects_that_are_staged() => Always(
        home => home.Make(TemporaryHome.SmallChunks with { Chunks = null, Encoding = ObjectEncoding.None }),
        home => home.Ingest(new TarArchive().Add("d/", '5').Add([.. "d/large"u8], '0', TreeContent.Random(1, 5_000_000), []).Add("d/small", content: "s").End(), "/to", makesCatalog: true));

    [Fact]
    public void Adding_a_tag() => Always(MakeAndChange, home =>
    {
        if (!HasTag(home, "named"))
        {
            RepositoryTags.Add(TemporaryHome.Name, "named", "Why", home.Context());
        }
    });

    [Fact]
    public void Removing_a_tag() => Always(MakeAndChange, home =>
    {
        if (HasTag(home, "first"))
        {
            RepositoryTags.Remove(TemporaryHome.Name, "first", home.Context());
        }
    });

    [Fact]
    public void Rolling_back() => Always(MakeAndPublishTwice, home =>
    {
        if (!HasTag(home, "first", "trunk"))
        {
            RevisionRollback.Run(TemporaryHome.Name, "first", isDryRun: false, home.Context());
        }
    });

    [Fact]
    public void Collecting_garbage() => Always(
        home => GarbageCollectionTests.Fill(home, 3, tagged: 0),
        home => GarbageCollection.Run(new CollectionRequest { Repository = TemporaryHome.Name, KeptRevisions = 0, Grace = TimeSpan.Zero }, home.Context()));

    [Fact]
    public void Signing_the_whitelist() => Always(MakeAndChange, home => WhitelistSigning.Run(TemporaryHome.Name, 90, home.Context()));

    [Fact]
    public void A_publish_of_which_only_the_last_answer_is_lost_is_done()
    {
        MemoryObjectStore store = new();
        using TemporaryHome home = new() { Stores = new FaultyStores(store) };
        MakeWithSource(home);
        bool isLost = false;
        store.Fault = (operation, key, _) =>
        {
            bool isHit = !isLost && operation == StoreOperation.Swap && key == ObjectKey.Manifest;
            isLost |= isHit;
            return isHit ? new StoreFault(StoreFaultKind.LostResponse) : null;
        };

        PublishOutcome outcome = home.Publish(home.NewFolder("source"));

        Assert.True(isLost);
        Assert.Equal(2u, outcome.Revision);
        Assert.False(home.Publish(home.NewFolder("source")).IsChanged);
        Assert.Empty(home.Check());
    }

    private static void Always(Action<TemporaryHome> prepare, Action<TemporaryHome> operate)
    {
        FaultyStores well = new(new MemoryObjectStore());
        using TemporaryHome undisturbed = new() { Stores = well };
        prepare(undisturbed);
        List<string> before = Describe(undisturbed);
        well.Plan = new FaultPlan();
        operate(undisturbed);
        int calls = well.Plan.Calls;
        List<string> after = Describe(undisturbed);
        int failures = 0;
        Gen<(int, InjectedFault, bool)> faults =
            from call in Gen.Choose(1, calls)
            from fault in Gen.Elements(Enum.GetValues<InjectedFault>())
            from lasts in Gen.Elements(true, false)
            select (call, fault, lasts);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(faults.ToArbitrary(), sample =>
        {
            FaultPlan plan = new(sample.Item1, sample.Item2, sample.Item3);
            failures += Disturb(plan, prepare, operate, before, after) ? 1 : 0;
            return true;
        }));
        Assert.InRange(failures, 1, Cases);
    }

    // Returns whether the operation failed.
    private static bool Disturb(FaultPlan plan, Action<TemporaryHome> prepare, Action<TemporaryHome> operate, List<string> before, List<string> after)
    {
        FaultyStores stores = new(new MemoryObjectStore());
        using TemporaryHome home = new() { Stores = stores };
        prepare(home);
        stores.Plan = plan;

        Exception? failure = Record.Exception(() => operate(home));

        stores.Plan = new FaultPlan();
        if (failure is not null)
        {
            Assert.True(failure is StratoException, $"{plan}: {failure}");
            Assert.DoesNotContain('\n', failure.Message);
            List<string> now = Describe(home);
            Assert.True(now.SequenceEqual(before) || now.SequenceEqual(after), $"{plan}: {string.Join('\n', now)}");
            AssertWholeToReaders(home, plan);
        }

        operate(home);
        Assert.Empty(home.Check());
        Assert.Equal(after, Describe(home));
        Assert.False(Directory.Exists(home.Home.Places(TemporaryHome.Name).Work), $"{plan}: work files were left");
        return failure is not null;
    }

    // While the lock is held nothing is mended, so that the check sees what readers see.
    private static void AssertWholeToReaders(TemporaryHome home, FaultPlan plan)
    {
        if (Exists(home))
        {
            using (PublisherLock.Take(home.Home.Places(TemporaryHome.Name)))
            {
                Assert.All(home.Check(), problem => Assert.True(problem.Contains("the next publish mends that", StringComparison.Ordinal), $"{plan}: {problem}"));
            }
        }
    }

    private static void MakeWithSource(TemporaryHome home)
    {
        home.Make(TemporaryHome.SmallChunks);
        using TreeBuilder tree = new(home.NewFolder("source"));
        tree.File("plain"u8, TreeContent.Text(1, 300));
        tree.Directory("nested"u8);
        tree.File("nested/.cvmfscatalog"u8, []);
        tree.File("nested/chunked"u8, TreeContent.Text(2, 60_000));
        tree.SymbolicLink("nested/link"u8, "chunked"u8);
    }

    private static void MakeAndChange(TemporaryHome home)
    {
        MakeWithSource(home);
        home.Publish(home.NewFolder("source"), tag: "first");
        using TreeBuilder tree = new(home.NewFolder("source"));
        tree.File("plain"u8, TreeContent.Text(3, 400));
        tree.File("nested/chunked"u8, TreeContent.Text(4, 50_000));
        tree.File("new"u8, "new"u8);
        tree.Remove("nested/link"u8);
    }

    private static void MakeAndPublishTwice(TemporaryHome home)
    {
        MakeAndChange(home);
        home.Publish(home.NewFolder("source"), tag: "second");
    }

    private static void PublishSource(TemporaryHome home) => home.Publish(home.NewFolder("source"));

    private static bool Exists(TemporaryHome home) =>
        home.Home.Contains(TemporaryHome.Name)
        && Blocking.Wait(home.Stores.Open(home.Home.Load(TemporaryHome.Name)).ExistsAsync(ObjectKey.Manifest, TestContext.Current.CancellationToken));

    private static bool HasTag(TemporaryHome home, string name) => RepositoryTags.List(TemporaryHome.Name, home.Context()).Any(tag => tag.Name == name);

    // Whether both names are those of one revision.
    private static bool HasTag(TemporaryHome home, string name, string other) =>
        RepositoryTags.List(TemporaryHome.Name, home.Context()).Where(tag => tag.Name == name || tag.Name == other).Select(tag => tag.Revision).Distinct().Count() == 1;

    // What people can see of a repository but for its times.
    private static List<string> Describe(TemporaryHome home)
    {
        if (!Exists(home))
        {
            return ["absent"];
        }

        using RevisionListing revision = home.List();
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"revision {revision.Manifest.Revision}"),
            .. RepositoryTags.List(TemporaryHome.Name, home.Context()).Select(tag => $"{tag.Name} {tag.Revision} {tag.Description}").Order(StringComparer.Ordinal),
            .. revision.Entries.Values.Select(entry => $"{entry.Path} in {entry.Catalog} {entry.Entry.Mode:x} {entry.Entry.Size} {entry.Entry.Hash} [{string.Join(", ", entry.Chunks)}]"),
        ];
    }
}
