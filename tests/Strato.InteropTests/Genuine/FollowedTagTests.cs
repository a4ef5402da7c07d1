using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>A genuine client that is pinned to a tag of Strato's stays where the tag is, whatever is published.</summary>
public sealed class FollowedTagTests : GenuineTest
{
    private const string Repository = "tagged.test.org";

    [Fact]
    public async Task A_pinned_client_stays_and_a_new_one_sees_what_tags_have_become()
    {
        await StratoAsync("mkfs", Repository);
        await Site.ServeAsync(Cancellation);
        await PublishAsync("first", "v1");
        using GenuineClient pinned = await GenuineClient.MountAsync(Site.Mount(Repository, "v1"), Cancellation);
        await PublishAsync("second", "v2");
        await StratoAsync("tag", Repository, "add", "stable");
        await pinned.TalkAsync(Cancellation, "remount", "sync");
        Assert.Equal("first", Read(pinned));

        await PublishAsync("third", "v3");
        Assert.Equal("second", await ReadAsync("stable"));
        Assert.Equal("second", await ReadAsync("v2"));
        Assert.Equal("second", await ReadAsync("trunk-previous"));
        Assert.Equal("third", await ReadAsync(null));

        await StratoAsync("tag", Repository, "remove", "stable");
        await StratoAsync("tag", Repository, "add", "stable");
        Assert.Equal("third", await ReadAsync("stable"));
        await StratoAsync("tag", Repository, "remove", "v2");
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync("v2"));
        Assert.Equal("first", Read(pinned));
    }

    private static string Read(GenuineClient client) => File.ReadAllText(Path.Combine(client.Directory, "file"));

    private async Task<string> ReadAsync(string? tag)
    {
        using GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository, tag), Cancellation);
        return Read(client);
    }

    private async Task PublishAsync(string content, string tag)
    {
        using (TreeBuilder tree = new(Site["tree"]))
        {
            tree.File("file"u8, System.Text.Encoding.UTF8.GetBytes(content));
        }

        await StratoAsync("publish", Repository, "--from", Site["tree"], "--tag", tag);
    }
}
