using System.Globalization;
using Strato.Testing.Genuine;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>What the genuine server publishes, tags, rolls back, branches and collects is mounted and checked by Strato as by the genuine client.</summary>
public sealed class GenuineSourceTests : IAsyncLifetime
{
    private const string Repository = "genuine-source.test.org";

    private GenuineServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GenuineServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(GenuineServer.WhyAbsent is not null, GenuineServer.WhyAbsent ?? string.Empty);
        server = await GenuineServer.StartAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Transactions_tags_rollback_a_branch_and_a_collection_are_followed()
    {
        await Server.MakeAsync(Repository, Cancellation, "-z", "-g");
        await Server.PublishAsync(Repository, Script(1), Cancellation, "v1");
        await Server.PublishAsync(Repository, Script(2), Cancellation, "v2");
        using StratoMount mount = await StratoMount.StartAsync(Options(null), Cancellation);
        await AssertSameAsync("v1", "v2", null);

        await Server.PublishAsync(Repository, "rm -r two; echo third > one/nested/file", Cancellation, "v3");
        await FollowAsync(mount);
        Assert.False(Directory.Exists(Path.Combine(mount.Directory, "two")));

        await Server.ServerAsync(Cancellation, "rollback", "-f", "-t", "v2", Repository);
        await FollowAsync(mount);
        Assert.True(Directory.Exists(Path.Combine(mount.Directory, "two")));
        await AssertSameAsync("v1", "v2", null);

        await Server.ServerAsync(Cancellation, "checkout", "-t", "v1", "-b", "side", Repository);
        await Server.PublishAsync(Repository, "echo branch > one/branch", Cancellation, "side1");
        await AssertSameAsync("side1", null);

        await Server.ServerAsync(Cancellation, "tag", "-f", "-r", "v1", Repository);
        await Server.ServerAsync(Cancellation, "gc", "-f", "-r", "0", Repository);
        await FollowAsync(mount);
        await AssertSameAsync("side1", "v2", null);
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(
            Cancellation, "check", "--data", Server.Url(Repository), "--key", Server.Mount(Repository).PublicKey);
        Assert.True(code == 0, output + error);
    }

    private static string Script(int round) => string.Create(CultureInfo.InvariantCulture, $"""
        mkdir -p {(round == 1 ? "one" : "two")}/nested/deep
        cd {(round == 1 ? "one" : "two")}
        touch nested/.cvmfscatalog
        echo {round} > nested/file
        ln -s nested/file link
        head -c 70000 /dev/urandom > nested/deep/random
        chmod 750 nested/deep
        """);

    private StratoMountOptions Options(string? tag) => new()
    {
        Repository = Repository,
        Home = Server.Home,
        Server = Server.Url(Repository),
        PublicKey = Server.Mount(Repository).PublicKey,
        Tag = tag,
    };

    private async Task FollowAsync(StratoMount mount)
    {
        await mount.TalkAsync(Cancellation, "remount", "sync");
        using GenuineClient client = await GenuineClient.MountAsync(Server.Mount(Repository), Cancellation);
        AssertSame(client.Directory, mount.Directory, "trunk");
    }

    private async Task AssertSameAsync(params string?[] tags)
    {
        foreach (string? tag in tags)
        {
            using GenuineClient client = await GenuineClient.MountAsync(Server.Mount(Repository, tag), Cancellation);
            using StratoMount mount = await StratoMount.StartAsync(Options(tag) with { Home = Server[$"home-{tag}"] }, Cancellation);
            AssertSame(client.Directory, mount.Directory, tag ?? "trunk");
        }
    }

    private static void AssertSame(string expected, string actual, string what)
    {
        string differences = TreeComparison.Differences(TreeListing.Read(expected), TreeListing.Read(actual), TreeComparisonOptions.None);
        Assert.True(differences.Length == 0, $"{what}:\n{differences}");
    }
}
