using System.Text;
using Strato.Posix;
using Strato.Testing.Genuine;
using Strato.Testing.Processes;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>Publishers that are killed at any moment leave a repository with which the genuine check and scrub are content.</summary>
public sealed class KilledPublisherTests : GenuineTest
{
    private const string Repository = "killed.test.org";
    private const int Kills = 12;

    [Fact]
    public async Task The_genuine_tools_find_nothing_wrong_after_a_kill()
    {
        await StratoAsync(["mkfs", Repository, .. SmallChunks]);
        Change(0);
        string[] publish = ["publish", Repository, "--from", Site["tree"], "--delete"];
        long start = TimeProvider.System.GetTimestamp();
        await StratoAsync(publish);
        TimeSpan whole = TimeProvider.System.GetElapsedTime(start);
        await Site.ServeAsync(Cancellation);
        int killed = 0;
        for (int round = 1; round <= Kills; round++)
        {
            Change(round);
            killed += await KillAsync(publish, whole * (1.1 * round / Kills)) ? 1 : 0;
            await AssertContentAsync(mended: false);
            await StratoAsync("tag", Repository, "add", $"round{round}");
            await AssertContentAsync(mended: true);
        }

        Assert.InRange(killed, 1, Kills);
        await StratoAsync(publish);
        await AssertContentAsync(mended: true);
    }

    // Returns false where the publish was done before it could be killed.
    private async Task<bool> KillAsync(string[] arguments, TimeSpan after)
    {
        using ChildProcess publish = ChildProcess.StartStrato([.. arguments, "--home", Site.Home]);
        Task<int> ended = publish.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            publish.Send(Signal.Kill);
        }

        await ended;
        return isKilled;
    }

    // Until the next operation a reflog may know more than the manifest: no reader looks at it, and the genuine publisher has the same moment.
    private async Task AssertContentAsync(bool mended)
    {
        string storage = Site.Places(Repository).DefaultStorage;
        string key = Site.Places(Repository).PublicKey;
        ToolOutcome scrub = await GenuineCheck.ScrubAsync(storage, Cancellation);
        Assert.True(scrub.Code == 0, scrub.Text);
        foreach (string place in (string[])[storage, Site.Url(Repository)])
        {
            ToolOutcome check = await GenuineCheck.CheckAsync(place, Repository, key, Cancellation);
            bool isReflogAhead = check.Text.Contains("reflog", StringComparison.OrdinalIgnoreCase);
            Assert.True(check.Code == 0 || (!mended && isReflogAhead), check.Text);
        }
    }

    private void Change(int round)
    {
        using TreeBuilder tree = new(Site["tree"]);
        byte[] folder = Encoding.ASCII.GetBytes($"round{round % 3}");
        if (Directory.Exists(Site[$"tree/round{round % 3}"]))
        {
            tree.Remove(folder);
        }

        tree.Directory(folder);
        if (round % 2 == 0)
        {
            tree.File([.. folder, .. "/.cvmfscatalog"u8], []);
        }

        for (ulong file = 0; file < 30; file++)
        {
            tree.File([.. folder, .. Encoding.ASCII.GetBytes($"/f{file}")], TreeContent.Text(((ulong)round * 100) + file, 2000 * (int)file));
        }
    }
}
