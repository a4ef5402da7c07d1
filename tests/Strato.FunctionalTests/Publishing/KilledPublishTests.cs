using System.Diagnostics;
using System.Text;
using Strato.Posix;
using Strato.Publishing.Repositories;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing;

/// <summary>A publish that is killed at any moment leaves the old revision or the new one, and the next operation finds nothing wrong.</summary>
public sealed class KilledPublishTests
{
    private const int Kills = 24;

    [Fact]
    public async Task Killed_at_many_moments_a_publish_leaves_nothing_that_the_next_operation_does_not_mend()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        Random random = new(20_261_120);
        Fill(source, random, round: 0);
        TimeSpan whole = await TimeOfAsync(home, source);
        int outlived = 0;
        for (int round = 1; round <= Kills; round++)
        {
            Fill(source, random, round);
            outlived += await KillAsync(home, source, whole * (1.2 * round / Kills)) ? 0 : 1;

            // The check takes the lock and mends, as any operation does.
            (int code, string output, string error) = await ChildProcess.RunStratoAsync(
                TestContext.Current.CancellationToken, "--home", home.Home.Directory, "check", TemporaryHome.Name, "--data");
            Assert.True(code == 0, output + error);
        }

        Assert.NotEqual(Kills, outlived);
        home.Publish(source);
        Assert.Empty(home.Check());
        Assert.False(Directory.Exists(home.Home.Places(TemporaryHome.Name).Work));
    }

    [Fact]
    public async Task While_one_changes_a_repository_another_is_told_who_does()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string[] add = ["--home", home.Home.Directory, "tag", TemporaryHome.Name, "add", "named"];
        using (PublisherLock.Take(home.Home.Places(TemporaryHome.Name)))
        {
            (int refused, _, string error) = await ChildProcess.RunStratoAsync(TestContext.Current.CancellationToken, add);
            Assert.Equal(1, refused);
            Assert.Contains($"is being changed by process {Environment.ProcessId}", error, StringComparison.Ordinal);
        }

        (int code, _, string nothing) = await ChildProcess.RunStratoAsync(TestContext.Current.CancellationToken, add);
        Assert.Equal(0, code);
        Assert.Empty(nothing);
    }

    private static async Task<TimeSpan> TimeOfAsync(TemporaryHome home, string source)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using ChildProcess publish = Start(home, source);
        Assert.Equal(0, await publish.WaitAsync(TestContext.Current.CancellationToken));
        return watch.Elapsed;
    }

    // Returns false where the publish was done before it could be killed.
    private static async Task<bool> KillAsync(TemporaryHome home, string source, TimeSpan after)
    {
        using ChildProcess publish = Start(home, source);
        Task<int> ended = publish.WaitAsync(TestContext.Current.CancellationToken);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, TestContext.Current.CancellationToken)) != ended;
        if (isKilled)
        {
            publish.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }

    private static ChildProcess Start(TemporaryHome home, string source) =>
        ChildProcess.StartStrato("--home", home.Home.Directory, "publish", TemporaryHome.Name, "--from", source, "--delete");

    private static void Fill(string source, Random random, int round)
    {
        using TreeBuilder tree = new(source);
        string folder = $"round{round % 5}";
        if (Directory.Exists(Path.Combine(source, folder)))
        {
            tree.Remove(Encoding.ASCII.GetBytes(folder));
        }

        tree.Directory(Encoding.ASCII.GetBytes(folder));
        if (round % 2 == 0)
        {
            tree.File(Encoding.ASCII.GetBytes($"{folder}/.cvmfscatalog"), default);
        }

        for (int file = 0; file < 40; file++)
        {
            tree.File(Encoding.ASCII.GetBytes($"{folder}/f{file}"), TreeContent.Text((ulong)random.Next(), random.Next(60_000)));
        }
    }
}
