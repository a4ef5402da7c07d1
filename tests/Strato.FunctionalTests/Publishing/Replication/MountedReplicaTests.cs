using Strato.FunctionalTests.Fuse;
using Strato.Publishing.Collecting;
using Strato.Testing;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>A client of a replica that is snapshotted and collected all the time.</summary>
public sealed class MountedReplicaTests : IDisposable
{
    private readonly ReplicaSource source = new(isCollectable: true);
    private readonly TemporaryReplica replica = new();
    private readonly TemporaryFolder folder = new();

    public MountedReplicaTests() => FuseRequirement.Device();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_reads_everything_at_any_time()
    {
        for (int round = 0; round < 4; round++)
        {
            source.Publish(round);
        }

        replica.Add(TemporaryReplica.FileUrl(source.Home), source.PublicKey);
        replica.Snapshot();
        using ChildProcess server = ChildProcess.StartStrato("serve", "--home", replica.Home.Directory, "--listen", "127.0.0.1:0");
        await server.WaitForAsync("/ until Ctrl-C", Cancellation);
        string said = server.Output;
        string url = said[said.IndexOf("http://", StringComparison.Ordinal)..said.IndexOf("/ until", StringComparison.Ordinal)];

        // With next to no cache the client depends on what the replica still has.
        StratoMountOptions options = new()
        {
            Repository = TemporaryHome.Name,
            Home = folder["home"],
            Server = $"{url}/{TemporaryHome.Name}",
            PublicKey = source.PublicKey,
            Settings = ["CVMFS_QUOTA_LIMIT=1", "CVMFS_MAX_RETRIES=0"],
        };
        using StratoMount mount = await StratoMount.StartAsync(options, Cancellation);
        int passes = 0;
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task reading = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    string[] files = Directory.GetFiles(mount.Directory, "f*", SearchOption.AllDirectories);
                    Assert.Equal(4 * 60, files.Length);
                    Assert.All(files, file => File.ReadAllBytes(file));
                    Interlocked.Increment(ref passes);
                }
            },
            Cancellation);
        long deleted = 0;
        for (int round = 4; round < 12 && !reading.IsCompleted; round++)
        {
            source.Publish(round);
            replica.Snapshot();
            await mount.TalkAsync(Cancellation, "remount", "sync");
            using (CollectableReplica collected = new(TemporaryHome.Name, replica.Context(Cancellation), static _ => { }))
            {
                CollectionRequest request = new() { Repository = TemporaryHome.Name, KeptRevisions = 3, Grace = TimeSpan.Zero };
                deleted += GarbageCollection.Run(collected, request, replica.Home.Load(TemporaryHome.Name), replica.Context(Cancellation)).DeletedObjects;
            }

            // A reader is in the midst of one revision or the next; what is kept is more.
            int before = Volatile.Read(ref passes);
            while (Volatile.Read(ref passes) == before && !reading.IsCompleted)
            {
                await Task.Delay(1, Cancellation);
            }
        }

        await done.CancelAsync();
        await reading;
        Assert.True(deleted > 0);
        Assert.Empty(replica.Check());
    }

    public void Dispose()
    {
        replica.Dispose();
        source.Dispose();
        folder.Dispose();
    }
}
