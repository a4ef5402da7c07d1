using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>Trees that Strato publishes are the same trees on a genuine client, whatever the hash and the encoder.</summary>
public sealed class PublishedTreeTests : GenuineTest
{
    private const string Repository = "varied.test.org";

    private string Tree => Site["tree"];

    [Theory]
    [InlineData("sha1", "zlib")]
    [InlineData("rmd160", "zlib-fast")]
    [InlineData("shake128", "none")]
    public async Task Two_revisions_are_shown_checked_and_replicated(string hash, string compression)
    {
        GenuineVerdict genuine = await MakeAsync(hash, compression);
        using GenuineReplica replica = new();
        VariedTree.Create(Tree, Features);
        TreeListing first = TreeListing.Read(Tree);
        await StratoAsync("publish", Repository, "--from", Tree, "--tag", "v1");
        await genuine.IsReplicatedAsync(replica);

        VariedTree.Change(Tree, Features);
        await StratoAsync("publish", Repository, "--from", Tree, "--delete", "--tag", "v2");
        await genuine.ShowsAsync(TreeListing.Read(Tree), checksCache: compression != "zlib-fast");
        await genuine.ShowsAsync(first, "v1", checksCache: compression != "zlib-fast");
        await genuine.HoldsTogetherAsync("v1", "v2");
        await genuine.IsReplicatedAsync(replica);
    }

    [Theory]
    [InlineData("sha1", "zlib-fast")]
    [InlineData("sha1", "none")]
    [InlineData("rmd160", "zlib")]
    [InlineData("rmd160", "none")]
    [InlineData("shake128", "zlib")]
    [InlineData("shake128", "zlib-fast")]
    public async Task Every_other_hash_and_encoder_is_understood(string hash, string compression)
    {
        GenuineVerdict genuine = await MakeAsync(hash, compression);
        VariedTree.Create(Tree, Features);
        await StratoAsync("publish", Repository, "--from", Tree);
        await genuine.ShowsAsync(TreeListing.Read(Tree), checksCache: compression != "zlib-fast");
        await genuine.HoldsTogetherAsync();
    }

    [Fact]
    public async Task A_mounted_client_sees_the_next_revision()
    {
        using (TreeBuilder builder = new(Tree))
        {
            builder.File("file"u8, "first"u8);
        }

        await StratoAsync("mkfs", Repository);
        await StratoAsync("publish", Repository, "--from", Tree);
        await Site.ServeAsync(Cancellation);
        using GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository), Cancellation);
        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(client.Directory, "file"), Cancellation));
        string before = await client.TalkAsync(Cancellation, "revision");

        using (TreeBuilder builder = new(Tree))
        {
            builder.File("file"u8, "second, and longer"u8);
            builder.Directory("directory"u8);
        }

        await StratoAsync("publish", Repository, "--from", Tree);
        await client.TalkAsync(Cancellation, "remount", "sync");
        Assert.NotEqual(before, await client.TalkAsync(Cancellation, "revision"));
        string differences = TreeComparison.Differences(TreeListing.Read(Tree), TreeListing.Read(client.Directory), TreeComparisonOptions.None);
        Assert.True(differences.Length == 0, differences);
    }

    private async Task<GenuineVerdict> MakeAsync(string hash, string compression)
    {
        await StratoAsync(["mkfs", Repository, "--hash", hash, "--compression", compression, .. SmallChunks]);
        await Site.ServeAsync(Cancellation);
        return new GenuineVerdict(Site, Repository);
    }
}
