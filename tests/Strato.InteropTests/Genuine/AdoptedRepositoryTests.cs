using Strato.Testing.Processes;
using System.Globalization;
using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>Repositories that the genuine server and Strato publish in turn, on one machine and in one storage.</summary>
public sealed class AdoptedRepositoryTests : IAsyncLifetime
{
    private const string Repository = "adopted.test.org";
    private const int Kills = 6;

    private GenuineServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GenuineServer Server => server!;

    private string Tree => Server["tree"];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(GenuineServer.WhyAbsent is not null, GenuineServer.WhyAbsent ?? string.Empty);
        server = await GenuineServer.StartAsync(Cancellation);
        using TreeBuilder tree = new(Tree);
        tree.File("from-strato"u8, "published by Strato\n"u8);
        tree.Directory("nested"u8);
        tree.File("nested/.cvmfscatalog"u8, []);
        tree.File("nested/large"u8, TreeContent.Text(7, 3_000_000));
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_genuine_repository_is_taken_over_published_into_and_given_back()
    {
        await MakeGenuineAsync("-z");
        TreeListing first = await ListAsync("first");

        Assert.Contains("imported", await Server.StratoAsync(Cancellation, "import", Repository), StringComparison.Ordinal);
        await Server.StratoAsync(Cancellation, "publish", Repository, "--from", Tree, "--to", "/strato", "--tag", "strato");
        await AssertWholeAsync();

        // The genuine server goes on, with no command in between.
        await Server.PublishAsync(Repository, "test -e strato/nested/large; echo back > genuine/back; rm strato/from-strato", Cancellation, "back");
        await Server.ServerAsync(Cancellation, "tag", "-a", "named", "-m", "text", Repository);
        await Server.ServerAsync(Cancellation, "gc", "-f", "-r", "1", Repository);
        await AssertWholeAsync();

        await Server.StratoAsync(Cancellation, "publish", Repository, "--from", Tree, "--to", "/strato");
        await Server.ServerAsync(Cancellation, "rollback", "-f", "-t", "strato", Repository);
        await AssertWholeAsync();

        Assert.Contains("gave", await Server.StratoAsync(Cancellation, "import", Repository, "--give-back"), StringComparison.Ordinal);
        ToolOutcome unknown = await Server.TryStratoAsync(Cancellation, "publish", Repository, "--from", Tree);
        Assert.Equal(1, unknown.Code);
        await Server.PublishAsync(Repository, "echo last > last", Cancellation, "last");
        Assert.Contains("no problems found", await Server.ServerAsync(Cancellation, "check", Repository), StringComparison.Ordinal);
        string differences = TreeComparison.Differences(first, await ListAsync("first"), TreeComparisonOptions.None);
        Assert.True(differences.Length == 0, differences);
    }

    [Theory]
    [InlineData("rmd160")]
    [InlineData("shake128")]
    public async Task Repositories_with_other_hashes_are_taken_over_too(string hash)
    {
        await MakeGenuineAsync("-a", hash);
        await Server.StratoAsync(Cancellation, "import", Repository);
        await Server.StratoAsync(Cancellation, "publish", Repository, "--from", Tree, "--to", "/strato", "--tag", "strato");
        await Server.PublishAsync(Repository, "echo back > back", Cancellation, "back");
        await Server.StratoAsync(Cancellation, "tag", Repository, "add", "after");
        await Server.StratoAsync(Cancellation, "resign", Repository);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task An_owner_other_than_root_goes_on_with_what_root_has_published()
    {
        string[] asOwner = ["setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups"];
        string strato = StratoProgram.Location;
        ToolOutcome reachable = await Server.TryAsync(Cancellation, [.. asOwner, "test", "-x", strato]);
        Assert.SkipUnless(reachable.Code == 0, $"the user daemon cannot run {strato}: {reachable.Text}");
        await MakeGenuineAsync("-o", "daemon");
        Assert.Contains("belongs to daemon", await Server.StratoAsync(Cancellation, "import", Repository), StringComparison.Ordinal);
        await Server.StratoAsync(Cancellation, "publish", Repository, "--from", Tree, "--to", "/root");
        await Server.PublishAsync(Repository, "echo owner > genuine/owner", Cancellation, "owner");

        string home = Server["home-of-daemon"];
        await Server.RunAsync(Cancellation, "install", "-d", "-o", "daemon", home);
        await Server.RunAsync(Cancellation, [.. asOwner, strato, "import", Repository, "--home", home]);
        await Server.RunAsync(Cancellation, [.. asOwner, strato, "publish", Repository, "--from", Tree, "--to", "/owner", "--home", home]);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Neither_changes_a_repository_while_the_other_does()
    {
        await MakeGenuineAsync();
        await Server.StratoAsync(Cancellation, "import", Repository);
        string[] publish = ["publish", Repository, "--from", Tree, "--to", "/strato"];

        await Server.ServerAsync(Cancellation, "transaction", Repository);
        ToolOutcome refused = await Server.TryStratoAsync(Cancellation, publish);
        Assert.Equal(1, refused.Code);
        Assert.Contains("is in a transaction of cvmfs_server", refused.Text, StringComparison.Ordinal);
        Assert.Contains("no problem", await Server.StratoAsync(Cancellation, "check", Repository), StringComparison.Ordinal);
        await Server.ServerAsync(Cancellation, "abort", "-f", Repository);

        // A source that feeds a FIFO's reader slowly would do, too; a lock that is held is the same to the genuine server.
        string held = Path.Combine("/var/spool/cvmfs", Repository, "is_publishing.lock");
        await Server.RunAsync(Cancellation, "flock", held, "sh", "-c", $"cvmfs_server tag -a taken {Repository} && exit 1; true");
        await Server.StratoAsync(Cancellation, publish);
        await Server.ServerAsync(Cancellation, "tag", "-a", "free", Repository);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_killed_publish_is_mended_before_the_genuine_server_goes_on()
    {
        await MakeGenuineAsync("-g");
        await Server.StratoAsync(Cancellation, "import", Repository);
        long start = TimeProvider.System.GetTimestamp();
        await PublishRoundAsync(0, killAfter: null);
        TimeSpan whole = TimeProvider.System.GetElapsedTime(start);
        int killed = 0;
        for (int round = 1; round <= Kills; round++)
        {
            killed += await PublishRoundAsync(round, whole * (1.1 * round / Kills)) ? 1 : 0;
            await AssertWholeAsync(asGenuineFirst: false);
            if (round % 3 == 0)
            {
                await Server.PublishAsync(Repository, string.Create(CultureInfo.InvariantCulture, $"echo {round} > genuine/round"), Cancellation);
            }
        }

        Assert.InRange(killed, 1, Kills);
        await PublishRoundAsync(Kills + 1, killAfter: null);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_repository_of_Strato_is_taken_over_by_the_genuine_server()
    {
        string storage = $"/srv/cvmfs/{Repository}";
        await Server.StratoAsync(Cancellation, "mkfs", Repository, "--storage", storage, "--keys", "/etc/cvmfs/keys", "--garbage-collectable");
        await Server.StratoAsync(Cancellation, "publish", Repository, "--from", Tree, "--tag", "v1");
        await Server.ServerAsync(
            Cancellation, "import", "-p", "-o", "root", "-w", Server.Url(Repository), "-u", $"local,{storage}/data/txn,{storage}", "-k", "/etc/cvmfs/keys", Repository);
        await Server.PublishAsync(Repository, "test -e nested/large; echo genuine > genuine", Cancellation, "v2");
        Assert.Contains("no problems found", await Server.ServerAsync(Cancellation, "check", Repository), StringComparison.Ordinal);

        // From here on both know that the other publishes, too.
        await Server.StratoAsync(Cancellation, "import", Repository);
        await Server.StratoAsync(Cancellation, "publish", Repository, "--from", Tree, "--to", "/again");
        await Server.PublishAsync(Repository, "rm -r again", Cancellation, "v3");
        await AssertWholeAsync();
    }

    private async Task MakeGenuineAsync(params string[] options)
    {
        await Server.MakeAsync(Repository, Cancellation, options);
        await Server.PublishAsync(
            Repository,
            """
            mkdir -p genuine/nested/deep
            touch genuine/nested/.cvmfscatalog
            echo content > genuine/nested/deep/file
            head -c 100000 /dev/zero > genuine/zeros
            ln -s ../genuine/zeros genuine/link
            printf '/genuine/*\n' > .cvmfsdirtab
            """,
            Cancellation,
            "first");
    }

    private async Task<TreeListing> ListAsync(string tag)
    {
        using GenuineClient client = await GenuineClient.MountAsync(Server.Mount(Repository, tag), Cancellation);
        return TreeListing.Read(client.Directory);
    }

    // Returns whether it was killed before it ended.
    private async Task<bool> PublishRoundAsync(int round, TimeSpan? killAfter)
    {
        using (TreeBuilder tree = new(Tree))
        {
            tree.File("changing"u8, TreeContent.Text((ulong)round + 100, 400_000));
        }

        string killer = killAfter is { } time ? string.Create(CultureInfo.InvariantCulture, $"timeout -s KILL {time.TotalSeconds:F3}") : "env";
        string strato = StratoProgram.Location;
        ToolOutcome outcome = await Server.TryAsync(
            Cancellation, [.. killer.Split(' '), strato, "publish", Repository, "--from", Tree, "--to", "/strato", "--home", Server.Home]);
        Assert.True(outcome.Code == 0 || (killAfter is not null && outcome.Code == 137), outcome.Text);
        return outcome.Code != 0;
    }

    // Strato's check takes the lock and mends, as any operation does.
    private async Task AssertWholeAsync(bool asGenuineFirst = true)
    {
        if (asGenuineFirst)
        {
            Assert.Contains("no problems found", await Server.ServerAsync(Cancellation, "check", Repository), StringComparison.Ordinal);
        }

        Assert.Contains("no problem", await Server.StratoAsync(Cancellation, "check", "--data", Repository), StringComparison.Ordinal);
        Assert.Contains("no problems found", await Server.ServerAsync(Cancellation, "check", Repository), StringComparison.Ordinal);
        ToolOutcome scrub = await GenuineCheck.ScrubAsync(Server.Storage(Repository), Cancellation);
        Assert.True(scrub.Code == 0, scrub.Text);
    }
}
