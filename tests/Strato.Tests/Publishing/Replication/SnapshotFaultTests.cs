using FsCheck;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Publishing.Objects;
using Strato.Storage.Memory;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;
using Strato.Testing.Storage;

namespace Strato.Tests.Publishing.Replication;

/// <summary>
/// Snapshots into a store that fails at any of their calls: one line says so, the revision that is served is whole, and the next snapshot succeeds.
/// </summary>
public sealed class SnapshotFaultTests
{
    private const int Cases = 20;

    [Fact]
    public void The_first_snapshot() => Always(_ => { });

    [Fact]
    public void A_later_snapshot() => Always(replica => replica.Snapshot());

    private static void Always(Action<TemporaryReplica> prepare)
    {
        using TemporaryHome source = ReplicaTree.Publish(tag: "first");
        string former = source.NewFolder("former");
        ReplicaTree.Copy(source.Storage, former);
        ReplicaTree.Publish(source, round: 1);
        FaultyStores counting = new(new MemoryObjectStore());
        FaultPlan plan = new();
        using (TemporaryReplica replica = Prepare(source, former, counting, prepare))
        {
            counting.Plan = plan;
            replica.Snapshot();
        }

        int failures = 0;
        Gen<(int, InjectedFault, bool)> faults =
            from call in Gen.Choose(1, plan.Calls)
            from fault in Gen.Elements(Enum.GetValues<InjectedFault>())
            from lasts in Gen.Elements(true, false)
            select (call, fault, lasts);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(faults.ToArbitrary(), sample =>
        {
            failures += Disturb(source, former, new FaultPlan(sample.Item1, sample.Item2, sample.Item3), prepare) ? 1 : 0;
            return true;
        }));
        Assert.InRange(failures, 1, Cases);
    }

    // A replica of the source as it was, which follows the source as it is from now on.
    private static TemporaryReplica Prepare(TemporaryHome source, string former, FaultyStores stores, Action<TemporaryReplica> prepare)
    {
        TemporaryReplica replica = TemporaryReplica.Of(source, stores);
        replica.Change(settings => settings with { Sources = [$"file://{former}"] });
        prepare(replica);
        replica.Change(settings => settings with { Sources = [TemporaryReplica.FileUrl(source)] });
        return replica;
    }

    // Returns whether the snapshot failed.
    private static bool Disturb(TemporaryHome source, string former, FaultPlan plan, Action<TemporaryReplica> prepare)
    {
        FaultyStores stores = new(new MemoryObjectStore());
        using TemporaryReplica replica = Prepare(source, former, stores, prepare);
        stores.Plan = plan;

        Exception? failure = Record.Exception(() => replica.Snapshot());

        stores.Plan = new FaultPlan();
        if (failure is not null)
        {
            Assert.True(failure is StratoException, $"{plan}: {failure}");
            Assert.DoesNotContain('\n', failure.Message);
            Assert.True(!IsServed(replica) || replica.Check().Count == 0, $"{plan}: {failure.Message}");
        }

        Assert.Equal(3u, replica.Snapshot().Revision);
        Assert.Empty(replica.Check());
        return failure is not null;
    }

    private static bool IsServed(TemporaryReplica replica)
    {
        return Blocking.Wait(replica.Open().ExistsAsync(ObjectKey.Manifest, TestContext.Current.CancellationToken));
    }
}
