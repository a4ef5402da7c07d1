using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>Genuine clients mount what was published on a branch, and go on with a repository whose key is replaced under them.</summary>
public sealed class BranchAndRotationTests : GenuineTest
{
    private const string Repository = "branched.test.org";

    private string Tree => Site["tree"];

    [Fact]
    public async Task A_branch_is_mounted_by_its_tag_beside_the_default_one()
    {
        GenuineVerdict genuine = await MakeAsync();
        using GenuineReplica replica = new();
        await PublishAsync("v1", "first");
        TreeListing second = await PublishAsync("v2", "second, and longer");
        await StratoAsync("checkout", Repository, "--tag", "v1", "--branch", "fixes");
        TreeListing mended = await PublishAsync("v1.1", "first, mended");
        await genuine.ShowsAsync(second);
        await genuine.ShowsAsync(mended, "v1.1");
        await genuine.HoldsTogetherAsync("v1", "v1.1", "v2");
        await genuine.IsReplicatedAsync(replica);
        TreeListing third = await PublishAsync("v3", "third");
        await genuine.ShowsAsync(third);
        await genuine.HoldsTogetherAsync("v1.1");
    }

    [Fact]
    public async Task A_mounted_client_goes_on_over_a_rotation()
    {
        GenuineVerdict genuine = await MakeAsync();
        using GenuineReplica replica = new();
        await PublishAsync("v1", "first");
        using (GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository), Cancellation))
        {
            Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(client.Directory, "file"), Cancellation));
            await StratoAsync("keys", Repository, "rotate", "--wait", "0");
            await PublishAsync("v2", "second, and longer");
            await client.TalkAsync(Cancellation, "remount", "sync");
            Assert.Equal("second, and longer", await File.ReadAllTextAsync(Path.Combine(client.Directory, "file"), Cancellation));
            await StratoAsync("keys", Repository, "retire");
            await PublishAsync("v3", "third");
            await client.TalkAsync(Cancellation, "remount", "sync");
            Assert.Equal("third", await File.ReadAllTextAsync(Path.Combine(client.Directory, "file"), Cancellation));
        }

        await genuine.HoldsTogetherAsync("v1", "v2", "v3");
        await genuine.IsReplicatedAsync(replica);
    }

    private async Task<GenuineVerdict> MakeAsync()
    {
        await StratoAsync("mkfs", Repository);
        await Site.ServeAsync(Cancellation);
        return new GenuineVerdict(Site, Repository);
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
