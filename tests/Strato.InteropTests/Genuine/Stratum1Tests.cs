using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>A genuine stratum 1, made by <c>cvmfs_server add-replica</c>, of what Strato publishes and serves.</summary>
public sealed class Stratum1Tests : GenuineTest, IAsyncLifetime
{
    private const string Repository = "source.test.org";

    private GenuineServer? server;

    private GenuineServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(GenuineServer.WhyAbsent is not null, GenuineServer.WhyAbsent ?? string.Empty);
        server = await GenuineServer.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        Dispose();
    }

    [Fact]
    public async Task Snapshots_follow_revisions_and_tags_and_what_was_collected()
    {
        await StratoAsync(["mkfs", Repository, "--garbage-collectable", .. SmallChunks]);
        await Site.ServeAsync(Cancellation);
        VariedTree.Create(Site["tree"], Features);
        await StratoAsync("publish", Repository, "--from", Site["tree"], "--tag", "v1");
        TreeListing first = TreeListing.Read(Site["tree"]);
        await Server.ServerAsync(
            Cancellation, "add-replica", "-a", "-p", "-o", "root", "-w", Server.Url(Repository), Site.Url(Repository), Site.Places(Repository).PublicKey);
        await SnapshotAsync();

        VariedTree.Change(Site["tree"], Features);
        await StratoAsync("publish", Repository, "--from", Site["tree"], "--delete", "--tag", "v2");
        await StratoAsync("tag", Repository, "add", "named");
        await SnapshotAsync();
        await ShowsAsync(TreeListing.Read(Site["tree"]), null);
        await ShowsAsync(first, "v1");

        await StratoAsync("tag", Repository, "remove", "v1");
        await SnapshotAsync();
        await Server.ServerAsync(Cancellation, "gc", "-f", "-r", "0", Repository);
        await SnapshotAsync();
        await ShowsAsync(TreeListing.Read(Site["tree"]), "named");
    }

    private async Task SnapshotAsync()
    {
        await Server.ServerAsync(Cancellation, "snapshot", Repository);
        Assert.Contains("no problems found", await Server.ServerAsync(Cancellation, "check", Repository), StringComparison.Ordinal);
        ToolOutcome scrub = await GenuineCheck.ScrubAsync(Server.Storage(Repository), Cancellation);
        Assert.True(scrub.Code == 0, scrub.Text);
    }

    private async Task ShowsAsync(TreeListing expected, string? tag)
    {
        GenuineMount mount = Site.Mount(Repository, tag) with { Server = Server.Url(Repository) };
        using GenuineClient client = await GenuineClient.MountAsync(mount, Cancellation);
        string differences = TreeComparison.Differences(expected, TreeListing.Read(client.Directory), TreeComparisonOptions.WithoutAddedMarkers);
        Assert.True(differences.Length == 0, $"{tag ?? "trunk"}:\n{differences}");
    }
}
