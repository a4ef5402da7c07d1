using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>Servers that go away under a mount, and come back.</summary>
public sealed class OutageTests : IAsyncDisposable
{
    private const string DeadServer = "http://127.0.0.1:9/cvmfs/golden.test.org";

    private readonly GoldenSite site;
    private readonly IReadOnlyList<GoldenFile> files = GoldenFile.List(GoldenRepository.Sha1, "trunk");

    public OutageTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StratoMountOptions Options => site.Options with { Settings = ["CVMFS_MAX_RETRIES=0", "CVMFS_TIMEOUT_DIRECT=2", "CVMFS_HOST_RESET_AFTER=0"] };

    [Fact]
    public async Task Next_server_is_used_and_the_log_says_so_once()
    {
        using StratoMount mount = await StratoMount.StartAsync(Options with { Server = $"{DeadServer};{site.Options.Server}" }, Cancellation);
        Assert.All(files.Take(20), file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));

        string line = Assert.Single(mount.LogLines("is used from now on"));
        Assert.Contains($"{site.Options.Server} is used from now on in place of {DeadServer}", line, StringComparison.Ordinal);
        Assert.Contains("refused", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_read_stays_readable_without_any_server_and_the_log_says_so_once()
    {
        GoldenFile[] read = [.. files.Take(10)];
        GoldenFile[] unread = [.. files.Skip(10).Take(5)];
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        Assert.All(read, file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));

        site.Answer = _ => new PeerReply { Raw = [] };
        Assert.All(unread, file => Assert.Throws<IOException>(() => file.ReadDigest(mount.Directory)));
        Assert.All(read, file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        await mount.WaitForLogAsync("what is in the cache stays readable", Cancellation);
        Assert.Empty(mount.LogLines("Open of "));
        Assert.Single(mount.LogLines("what is in the cache stays readable"));

        site.Answer = site.Honest;

        // For a moment whoever asks for what has just failed is told so.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        Assert.All(unread, file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        await mount.WaitForLogAsync("answers again", Cancellation);
        Assert.Single(mount.LogLines("answers again"));
    }

    [Fact]
    public async Task What_was_mounted_can_be_mounted_without_any_server_while_its_whitelist_is_valid()
    {
        GoldenFile[] read = [.. files.Take(10)];
        using (StratoMount first = await StratoMount.StartAsync(Options, Cancellation))
        {
            Assert.All(read, file => Assert.Equal(file.Digest, file.ReadDigest(first.Directory)));
            Assert.Equal(0, await first.StopAsync(Signal.Terminate, Cancellation));
        }

        using StratoMount mount = await StratoMount.StartAsync(Options with { Server = DeadServer }, Cancellation);
        Assert.All(read, file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        Assert.Single(mount.LogLines("is shown as it was last seen"));
        InvalidOperationException stays = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount"));
        Assert.Contains("refused", stays.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
