using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Publishing.Replication;
using Strato.Storage.Objects;
using Strato.Testing.Genuine;
using Strato.Testing.Http;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>Strato's replicas of what the genuine server publishes, tags, rolls back and collects; the genuine tools find nothing wrong with them.</summary>
public sealed class GenuineServedReplicaTests : IAsyncLifetime
{
    private const string Repository = "genuine-replicated.test.org";

    private readonly TemporaryReplica replica = new() { Name = Repository };
    private GenuineServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GenuineServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(GenuineServer.WhyAbsent is not null, GenuineServer.WhyAbsent ?? string.Empty);
        server = await GenuineServer.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        replica.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Snapshots_follow_revisions_tags_a_rollback_and_a_collection()
    {
        await Server.MakeAsync(Repository, Cancellation, "-z", "-g");
        await Server.PublishAsync(Repository, "mkdir -p one/nested; touch one/nested/.cvmfscatalog; seq 1 40000 > one/nested/numbers; echo first > one/file", Cancellation, "v1");
        replica.Add(Server.Url(Repository), Server.Mount(Repository).PublicKey);
        Assert.True(replica.Snapshot().IsChanged);
        await AssertWholeAsync("v1", null);

        await Server.PublishAsync(Repository, "mkdir two; seq 1 50000 > two/numbers; echo second > one/nested/file", Cancellation, "v2");
        await Server.PublishAsync(Repository, "echo third > one/file", Cancellation, "v3");
        SnapshotOutcome later = replica.Snapshot();
        Assert.Empty(later.Missing);
        await AssertWholeAsync("v1", "v2", "v3", null);

        await Server.ServerAsync(Cancellation, "rollback", "-f", "-t", "v2", Repository);
        Assert.True(replica.Snapshot().IsChanged);
        await Server.ServerAsync(Cancellation, "tag", "-f", "-r", "v1", Repository);
        await Server.ServerAsync(Cancellation, "gc", "-f", "-r", "0", Repository);
        Assert.Empty(replica.Snapshot().Missing);
        await AssertWholeAsync("v2", null);
    }

    private async Task AssertWholeAsync(params string?[] tags)
    {
        Assert.Empty(replica.Check());
        Manifest manifest = Manifest.Parse(await File.ReadAllBytesAsync(Path.Combine(replica.Storage, ObjectKey.Manifest), Cancellation));
        byte[] reflog = await File.ReadAllBytesAsync(Path.Combine(replica.Storage, ObjectKey.Reflog), Cancellation);
        string checksum = Server["reflog.chksum"];
        await File.WriteAllTextAsync(checksum, ReflogDatabase.Checksum(manifest.HashAlgorithm, reflog).ToString(), Cancellation);
        await using ScriptedPeer web = new(ScriptedPeer.Directory($"/cvmfs/{Repository}/", replica.Storage));
        foreach (string? tag in tags)
        {
            ToolOutcome check = await GenuineCheck.CheckAsync(
                replica.Storage, Repository, Server.Mount(Repository).PublicKey, Cancellation, tag, reflogChecksum: checksum);
            Assert.True(check.Code == 0, check.Text);
            Assert.Equal(
                (await ListAsync(Server.Mount(Repository, tag))).Entries.Count,
                (await ListAsync(Server.Mount(Repository, tag) with { Server = $"{web.Address}/cvmfs/{Repository}" })).Entries.Count);
        }

        ToolOutcome scrub = await GenuineCheck.ScrubAsync(replica.Storage, Cancellation);
        Assert.True(scrub.Code == 0, scrub.Text);
    }

    private static async Task<TreeListing> ListAsync(GenuineMount mount)
    {
        using GenuineClient client = await GenuineClient.MountAsync(mount, Cancellation);
        return TreeListing.Read(client.Directory);
    }
}
