using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>The process that snapshots onto disks with room for so many more pages.</summary>
public sealed class FullDiskSnapshotTests : IDisposable
{
    private static readonly int[] PagesLeft = [0, 1, 3, 8, 30, 100, 250, 2000];

    private readonly ReplicaSource source;
    private readonly TemporaryReplica replica = new();
    private readonly SmallDisk disk;

    public FullDiskSnapshotTests()
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        disk = new SmallDisk(megabytes: 48);
        source = new ReplicaSource();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_storage_is_full()
    {
        source.Publish(0);
        replica.Add(await source.ServeAsync(Cancellation), source.PublicKey, settings => settings with { Storage = disk["storage"] });
        replica.Snapshot();
        int failures = 0;
        for (int round = 0; round < PagesLeft.Length; round++)
        {
            ulong newest = source.Publish(round + 1);
            disk.FillUp(PagesLeft[round]);
            (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, "snapshot", TemporaryHome.Name, "--home", replica.Home.Directory);
            failures += code;
            Assert.True(
                code == 0 ? error.Length == 0 : error.StartsWith("strato snapshot: ", StringComparison.Ordinal)
                    && error.Contains("no space left on device", StringComparison.OrdinalIgnoreCase)
                    && error.Count(letter => letter == '\n') == 1,
                $"{PagesLeft[round]}: {code} {error}");
            Assert.Empty(replica.Check(readsData: false));
            disk.MakeRoom();
            Assert.Equal(newest, replica.Snapshot().Revision);
            Assert.Empty(replica.Check());
        }

        Assert.InRange(failures, 1, PagesLeft.Length - 1);
    }

    public void Dispose()
    {
        replica.Dispose();
        source?.Dispose();
        disk?.Dispose();
    }
}
