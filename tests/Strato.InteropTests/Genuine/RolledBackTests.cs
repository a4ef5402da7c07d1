using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>A genuine client follows a rollback, genuine tools find nothing wrong with it, and it is replicated.</summary>
public sealed class RolledBackTests : GenuineTest
{
    private const string Repository = "rolledback.test.org";

    private string Tree => Site["tree"];

    [Fact]
    public async Task A_mounted_client_follows_a_rollback_and_what_is_published_after_it()
    {
        await StratoAsync("mkfs", Repository);
        await Site.ServeAsync(Cancellation);
        GenuineVerdict genuine = new(Site, Repository);
        using GenuineReplica replica = new();
        TreeListing first = await PublishAsync("v1", "first");
        await PublishAsync("v2", "second, and longer");
        await PublishAsync("v3", "third");
        await genuine.IsReplicatedAsync(replica);
        using (GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository), Cancellation))
        {
            Assert.Equal("third", await File.ReadAllTextAsync(Path.Combine(client.Directory, "file"), Cancellation));
            await StratoAsync("rollback", Repository, "--tag", "v1");
            await client.TalkAsync(Cancellation, "remount", "sync");
            Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(client.Directory, "file"), Cancellation));
            Assert.Contains("5", await client.TalkAsync(Cancellation, "revision"), StringComparison.Ordinal);
        }

        await genuine.ShowsAsync(first, "v1");
        await genuine.HoldsTogetherAsync("v1");
        await genuine.IsReplicatedAsync(replica);
        TreeListing fourth = await PublishAsync("v4", "fourth");
        await genuine.ShowsAsync(fourth);
        await StratoAsync("rollback", Repository);
        await genuine.ShowsAsync(first);
        await genuine.HoldsTogetherAsync("v1");
        await genuine.IsReplicatedAsync(replica);
    }

    private async Task<TreeListing> PublishAsync(string tag, string content)
    {
        using (TreeBuilder builder = new(Tree))
        {
            builder.File("file"u8, System.Text.Encoding.UTF8.GetBytes(content));
        }

        await StratoAsync("publish", Repository, "--from", Tree, "--delete", "--tag", tag);
        return TreeListing.Read(Tree);
    }
}
