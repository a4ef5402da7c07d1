using System.Text;
using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing;

/// <summary>
/// What a publish keeps in memory does not depend on the size of the tree: three times the entries, all in one catalog, cost little more.
/// Measured with a million entries: docs/designs/004-publishing.md.
/// </summary>
public sealed class PublishMemoryTests
{
    /// <summary>The bound that repositories of any size are to keep.</summary>
    private const long Bound = 300_000_000;

    /// <summary>Enough to fill most queues: below, memory grows with the tree.</summary>
    private const int Few = 40_000;

    private const int Many = 120_000;

    /// <summary>What queues that are not full yet and a collector's moods may take: 86 to 113 MB with few, 180 to 210 MB with many, 190 MB with 360,000.</summary>
    private const long BytesOfAnEntry = 2000;

    [Fact]
    public async Task Memory_does_not_grow_with_the_tree()
    {
        (long first, long again) few = await PublishAsync(Few);
        (long first, long again) many = await PublishAsync(Many);

        Assert.InRange(few.first, 1, Bound);
        Assert.InRange(many.first, 1, Math.Min(Bound, few.first + ((Many - Few) * BytesOfAnEntry)));
        Assert.InRange(many.again, 1, Math.Min(Bound, Math.Max(few.first, few.again) + ((Many - Few) * BytesOfAnEntry)));
    }

    // Publishes a tree for the first time, then with every row changed.
    private static async Task<(long First, long Again)> PublishAsync(int files)
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        using TemporaryFolder source = new(inMemory: true);
        Fill(source.Path, files, seconds: 1);
        long first = await PublishAsync(home, source.Path);
        Fill(source.Path, files, seconds: 2);
        return (first, await PublishAsync(home, source.Path));
    }

    private static async Task<long> PublishAsync(TemporaryHome home, string source)
    {
        using ChildProcess publish = ChildProcess.StartStrato("--home", home.Home.Directory, "publish", TemporaryHome.Name, "--from", source);
        long peak = await PeakMemory.UntilEndAsync(publish, TestContext.Current.CancellationToken);
        Assert.Contains(" entries: ", publish.Output, StringComparison.Ordinal);
        return peak;
    }

    private static void Fill(string source, int files, long seconds)
    {
        const int filesInDirectory = 1000;
        using TreeBuilder tree = new(source);
        for (int directory = 0; directory < files / filesInDirectory; directory++)
        {
            byte[] folder = Encoding.ASCII.GetBytes($"directory{directory}");
            if (!Directory.Exists(Path.Combine(source, $"directory{directory}")))
            {
                tree.Directory(folder);
            }

            for (int file = 0; file < filesInDirectory; file++)
            {
                tree.File([.. folder, .. Encoding.ASCII.GetBytes($"/file{file}")], [], time: new(seconds, 0));
            }
        }
    }
}
