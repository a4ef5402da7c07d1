using System.Diagnostics;
using System.Globalization;
using Strato.Posix;
using Strato.Publishing.Collecting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>The process that collects a replica's garbage: killed, and beside snapshots and readers.</summary>
public sealed class ReplicaCollectionTests : IDisposable
{
    private readonly ReplicaSource source = new(isCollectable: true);
    private readonly TemporaryReplica replica = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_many_moments_it_leaves_what_is_served_whole_and_the_next_snapshot_and_collection_need_no_help()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("STRATO_COLLECTOR_KILLS") ?? "12", CultureInfo.InvariantCulture);
        source.Publish(0);
        replica.Add(TemporaryReplica.FileUrl(source.Home), source.PublicKey);
        replica.Snapshot();
        Random random = new(20_261_127);
        TimeSpan whole = await TimeOfAsync();
        int killed = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            source.Publish(2 * kill);
            replica.Snapshot();
            source.Publish((2 * kill) + 1);
            replica.Snapshot();
            killed += await KillAsync(whole * (1.2 * random.NextDouble())) ? 1 : 0;
            Assert.Empty(replica.Check());
            if (kill % 3 == 0)
            {
                // What a collection was killed over is not trusted.
                replica.Snapshot();
                Assert.False(File.Exists(Path.Combine(replica.Folder, "doubt")));
                Assert.Empty(replica.Check());
            }
        }

        Assert.InRange(killed, 1, kills);
        replica.Snapshot();
        Collect();
        Assert.Equal(0, Collect().DeletedObjects);
        Assert.False(File.Exists(Path.Combine(replica.Folder, "doubt")));
        Assert.Empty(replica.Check());
    }

    [Fact]
    public async Task Beside_snapshots_nothing_is_ever_missing_that_a_reader_was_shown()
    {
        source.Publish(0);
        replica.Add(TemporaryReplica.FileUrl(source.Home), source.PublicKey);
        replica.Snapshot();
        int passes = 0;
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task reading = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    ReadAll();
                    Interlocked.Increment(ref passes);
                }
            },
            Cancellation);
        long deleted = 0;
        try
        {
            for (int round = 1; round <= 20 && !reading.IsCompleted; round++)
            {
                // What was published before comes again, so that a snapshot wants what is being deleted.
                source.Publish(round, seed: round % 3);
                Task<long> collecting = Task.Run(() => Collect(keeps: 2).DeletedObjects, Cancellation);
                replica.Snapshot();
                deleted += await collecting;
                int before = Volatile.Read(ref passes);
                while (Volatile.Read(ref passes) == before && !reading.IsCompleted)
                {
                    await Task.Delay(1, Cancellation);
                }
            }
        }
        finally
        {
            await done.CancelAsync();
            await reading;
        }

        Assert.True(deleted > 0);
        Assert.Empty(replica.Check());
        Assert.False(File.Exists(Path.Combine(replica.Folder, "doubt")));
    }

    [Fact]
    public async Task A_snapshot_waits_for_a_collection_and_the_command_collects_in_step()
    {
        for (int round = 0; round < 3; round++)
        {
            source.Publish(round);
        }

        string[] home = ["--home", replica.Home.Directory];
        (int added, _, string refusal) = await ChildProcess.RunStratoAsync(
            Cancellation, [.. home, "add-replica", TemporaryHome.Name, "--from", TemporaryReplica.FileUrl(source.Home), "--key", source.PublicKey, "--auto-gc"]);
        Assert.True(added == 0, refusal);
        using ChildProcess snapshot = ChildProcess.StartStrato([.. home, "snapshot", TemporaryHome.Name]);
        Assert.True(await snapshot.WaitAsync(Cancellation) == 0, snapshot.Error);
        Assert.Contains("kept:", snapshot.Output, StringComparison.Ordinal);
        using (CollectableReplica collected = new(TemporaryHome.Name, replica.Context(Cancellation), static _ => { }))
        {
            Task<int> ended;
            ChildProcess second;
            using (collected.Begin(Cancellation))
            {
                second = ChildProcess.StartStrato([.. home, "snapshot", TemporaryHome.Name]);
                ended = second.WaitAsync(Cancellation);
                Assert.NotSame(ended, await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1), Cancellation)));
            }

            using (second)
            {
                Assert.True(await ended == 0, second.Error);
            }
        }

        Assert.Empty(replica.Check());
    }

    public void Dispose()
    {
        replica.Dispose();
        source.Dispose();
    }

    private void ReadAll()
    {
        using RevisionListing revision = replica.List();
        Assert.All(revision.Entries.Values.Where(entry => !entry.Entry.Hash.IsNull), entry => Assert.Equal(entry.Entry.Size, revision.ReadContent(entry).Length));
    }

    private CollectionOutcome Collect(int keeps = 0) =>
        GarbageCollection.Run(new CollectionRequest { Repository = TemporaryHome.Name, KeptRevisions = keeps, Grace = TimeSpan.Zero }, replica.Context(Cancellation));

    private ChildProcess Start() =>
        ChildProcess.StartStrato("--home", replica.Home.Directory, "gc", TemporaryHome.Name, "--keep-last", "0", "--grace", "0");

    private async Task<TimeSpan> TimeOfAsync()
    {
        Stopwatch watch = Stopwatch.StartNew();
        using ChildProcess collector = Start();
        int code = await collector.WaitAsync(Cancellation);
        Assert.True(code == 0, collector.Error);
        return watch.Elapsed;
    }

    private async Task<bool> KillAsync(TimeSpan after)
    {
        using ChildProcess collector = Start();
        Task<int> ended = collector.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            collector.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }
}
