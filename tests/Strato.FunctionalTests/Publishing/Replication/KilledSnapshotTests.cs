using System.Diagnostics;
using Strato.Posix;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>A snapshot that is killed at any moment leaves what is served whole, and the next one needs no help.</summary>
public sealed class KilledSnapshotTests
{
    private const int Kills = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_many_moments_it_leaves_what_is_served_whole()
    {
        using ReplicaSource source = new();
        source.Publish(0, tag: "first");
        using TemporaryReplica replica = new();
        replica.Add(await source.ServeAsync(Cancellation), source.PublicKey);
        TimeSpan whole = await TimeOfAsync(replica);
        int outlived = 0;
        for (int kill = 1; kill <= Kills; kill++)
        {
            source.Publish(kill);
            outlived += await KillAsync(replica, whole * (1.3 * kill / Kills)) ? 0 : 1;
            Assert.Empty(replica.Check(readsData: kill % 4 == 0));
        }

        Assert.NotEqual(Kills, outlived);
        Assert.Equal((ulong)Kills + 2, replica.Snapshot().Revision);
        Assert.Empty(replica.Check());
        Assert.False(Directory.Exists(Path.Combine(replica.Folder, "snapshot")));
        Assert.False(File.Exists(Path.Combine(replica.Storage, ".cvmfs_is_snapshotting")));
    }

    [Fact]
    public async Task Of_two_at_once_one_is_told_who_is_at_it()
    {
        using ReplicaSource source = new();
        source.Publish(0);
        using TemporaryReplica replica = new();
        replica.Add(await source.ServeAsync(Cancellation), source.PublicKey);
        using ChildProcess first = Start(replica);
        using ChildProcess second = Start(replica);
        int[] codes = [await first.WaitAsync(Cancellation), await second.WaitAsync(Cancellation)];

        Assert.Contains(0, codes);
        foreach (ChildProcess refused in new[] { first, second }.Where((_, index) => codes[index] != 0))
        {
            Assert.Contains("is being changed by ", refused.Error, StringComparison.Ordinal);
        }

        Assert.Empty(replica.Check());
    }

    private static async Task<TimeSpan> TimeOfAsync(TemporaryReplica replica)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using ChildProcess snapshot = Start(replica);
        int code = await snapshot.WaitAsync(Cancellation);
        Assert.True(code == 0, snapshot.Error);
        return watch.Elapsed;
    }

    // Returns false where the snapshot was done before it could be killed.
    private static async Task<bool> KillAsync(TemporaryReplica replica, TimeSpan after)
    {
        using ChildProcess snapshot = Start(replica);
        Task<int> ended = snapshot.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            snapshot.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }

    private static ChildProcess Start(TemporaryReplica replica) => ChildProcess.StartStrato("snapshot", TemporaryHome.Name, "--home", replica.Home.Directory);
}
