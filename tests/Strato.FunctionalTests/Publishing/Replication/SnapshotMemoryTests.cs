using Strato.Core.Compression;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>What a snapshot keeps in memory depends neither on the size of an object nor on the number of them.</summary>
public sealed class SnapshotMemoryTests
{
    private const int LargeLength = 250_000_000;
    private const int SmallFiles = 6_000;

    /// <summary>Less than the large object alone, and than the small ones together.</summary>
    private const long Bound = 180_000_000;

    [Fact]
    public async Task Memory_is_bounded()
    {
        using TemporaryHome source = TemporaryHome.WithRepository(TemporaryHome.SmallChunks with { Chunks = null, Encoding = ObjectEncoding.None });
        string tree = source.NewFolder("source");
        await using (FileStream large = File.Create(Path.Combine(tree, "large")))
        {
            byte[] piece = TreeContent.Random(1, 1_000_000);
            for (int number = 0; number < LargeLength / piece.Length; number++)
            {
                piece[0] = (byte)number;
                await large.WriteAsync(piece, TestContext.Current.CancellationToken);
            }
        }

        byte[] small = TreeContent.Random(2, 40_000);
        for (int number = 0; number < SmallFiles; number++)
        {
            BitConverter.TryWriteBytes(small, number);
            await File.WriteAllBytesAsync(Path.Combine(tree, $"small{number}"), small, TestContext.Current.CancellationToken);
        }

        source.Publish(tree);
        using TemporaryReplica replica = TemporaryReplica.Of(source);
        replica.Change(settings => settings with { Workers = 16 });
        using ChildProcess snapshot = ChildProcess.StartStrato("snapshot", TemporaryHome.Name, "--home", replica.Home.Directory);

        Assert.InRange(await PeakMemory.UntilEndAsync(snapshot, TestContext.Current.CancellationToken), 1, Bound);

        Assert.Contains("is at revision 2", snapshot.Output, StringComparison.Ordinal);
        Assert.Empty(replica.Check(readsData: false));
    }
}
