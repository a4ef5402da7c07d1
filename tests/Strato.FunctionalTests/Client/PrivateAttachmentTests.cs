using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>Attachments with parameters of their own, under names that nobody finds who was not told.</summary>
public sealed class PrivateAttachmentTests : IAsyncDisposable
{
    private readonly RepositoryFarm farm;
    private readonly string name = RepositoryFarm.Name("one");

    public PrivateAttachmentTests()
    {
        FuseRequirement.Device();
        farm = new RepositoryFarm();
        farm.Make("one", ("file", "old"));
        farm.Publish("one", "second", ("file", "new"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Each_pin_has_a_name_of_its_own_that_is_not_listed()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);

        string old = await mount.TalkAsync(Cancellation, "attach", name, "--tag", "first");
        string again = await mount.TalkAsync(Cancellation, "attach", name, "--tag", "first");
        string numbered = await mount.TalkAsync(Cancellation, "attach", name, "--revision", "3");
        string mapped = await mount.TalkAsync(Cancellation, "attach", name, "--tag", "first", "--set", "CVMFS_WORLD_READABLE=yes");

        Assert.Equal(old, again);
        Assert.Equal(3, new HashSet<string>([old, numbered, mapped]).Count);
        Assert.All([old, numbered, mapped], hidden => Assert.Matches(@"^\.one\.farm\.test\.org-[0-9a-f]{32}$", hidden));
        Assert.Equal("old", Read(mount, old));
        Assert.Equal("new", Read(mount, numbered));
        Assert.Equal("old", Read(mount, mapped));
        Assert.Equal("new", Read(mount, name));
        Assert.Equal([name], Root.NamesIn(mount));
        Assert.NotEqual(Root.StatusOf(Path.Combine(mount.Directory, old)).Inode, Root.StatusOf(Path.Combine(mount.Directory, mapped)).Inode);
        Assert.DoesNotContain(old, mount.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_name_outlives_being_idle_and_ends_when_it_is_detached()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options with { Settings = ["STRATO_DETACH_AFTER=1"] }, Cancellation);
        string hidden = await mount.TalkAsync(Cancellation, "attach", name, "--tag", "first");
        while (!(await mount.TalkAsync(Cancellation, "status")).Contains($"{hidden}  detached", StringComparison.Ordinal))
        {
            await Task.Delay(100, Cancellation);
        }

        Assert.Equal("old", Read(mount, hidden));
        await mount.TalkAsync(Cancellation, "detach", hidden);

        Assert.Equal(Errno.ENOENT, Root.Look(Path.Combine(mount.Directory, hidden)));
        Assert.DoesNotContain(hidden, await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_attached_is_refused_to_whoever_asked_and_leaves_no_name()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => mount.TalkAsync(Cancellation, "attach", name, "--tag", "nowhere"));

        Assert.Contains("there is no such tag", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(name, await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_opens_its_own_attachment_and_nothing_else()
    {
        string right = Path.Combine(farm.Keys, "right.token");
        string wrong = Path.Combine(farm.Keys, "wrong.token");
        File.WriteAllText(right, "s3cret-token\n");
        File.WriteAllText(wrong, "another");
        farm.Answer = request => request.Headers.GetValueOrDefault("Authorization") == "Bearer s3cret-token" ? farm.Honest(request) : new PeerReply { Status = 401 };
        using StratoMount mount = await StratoMount.StartAsync(farm.Options with { Settings = ["CVMFS_MAX_RETRIES=0"] }, Cancellation);

        string hidden = await mount.TalkAsync(Cancellation, "attach", name, "--credential", right);

        Assert.Equal("new", Read(mount, hidden));

        // All of it is in the cache now, and still nobody else sees it.
        Assert.Equal(Errno.EIO, Root.Look(Path.Combine(mount.Directory, name)));
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "attach", name, "--credential", wrong));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(hidden, await mount.TalkAsync(Cancellation, "attach", name, "--tag", "first", "--credential", right));
        Assert.DoesNotContain("s3cret", mount.Log + await mount.TalkAsync(Cancellation, "status", "--json"), StringComparison.Ordinal);
    }

    private static string Read(StratoMount mount, string root) => File.ReadAllText(Path.Combine(mount.Directory, root, "file"));
}
