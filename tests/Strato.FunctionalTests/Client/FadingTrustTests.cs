using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Genuine;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>A repository whose signatures stop to be good, before it is mounted and while it is.</summary>
public sealed class FadingTrustTests : IDisposable
{
    private const string Name = "fading.test.org";

    private readonly StratoSite site;

    public FadingTrustTests()
    {
        FuseRequirement.Device();
        site = new StratoSite();
        Directory.CreateDirectory(site["tree"]);
        File.WriteAllText(site["tree/file"], "one");
        File.WriteAllText(site["tree/unread"], "never read before");
        StratoMount.ShiftClock(Clock, TimeSpan.Zero);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Clock => site["clock"];

    private StratoMountOptions Options => new() { Repository = Name, Home = site.Home, ClockFile = Clock };

    private string Storage => Path.Combine(site.Home, "srv", "cvmfs", Name);

    [Fact]
    public async Task Whitelist_that_has_expired_is_refused_in_one_line()
    {
        await PublishAsync();
        StratoMount.ShiftClock(Clock, TimeSpan.FromDays(400));

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StratoMount.StartAsync(Options, Cancellation));

        Assert.Contains($"the whitelist of {Name} expired on", refused.Message, StringComparison.Ordinal);
        Assert.Contains("strato resign", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whitelist_that_expires_under_a_mount_stops_its_revision_and_nothing_else()
    {
        await PublishAsync();
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        Assert.Equal("one", Read(mount, "file"));

        File.WriteAllText(site["tree/file"], "two");
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"]);
        StratoMount.ShiftClock(Clock, TimeSpan.FromDays(400));
        await mount.WaitForLogAsync("stays at revision 2: the whitelist", Cancellation);

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount"));
        Assert.Contains("expired on", refused.Message, StringComparison.Ordinal);
        Assert.Equal(("one", "never read before"), (Read(mount, "file"), Read(mount, "unread")));
        Assert.Equal("2", await mount.TalkAsync(Cancellation, "revision"));
        Assert.Single(mount.LogLines("expired on"));

        // A whitelist that is signed anew ends it.
        Resign(DateTimeOffset.UtcNow.AddDays(400));
        Assert.Equal("revision 3 is shown now, after 2", await mount.TalkAsync(Cancellation, "remount"));
        Assert.Equal("two", Read(mount, "file"));
    }

    [Fact]
    public async Task Certificate_that_is_revoked_stops_a_mount_where_it_is_and_refuses_new_ones()
    {
        await PublishAsync();
        string blacklist = site["blacklist"];
        StratoMountOptions options = Options with { Settings = [$"CVMFS_BLACKLIST={blacklist}"] };
        using StratoMount mount = await StratoMount.StartAsync(options, Cancellation);
        Assert.Equal("one", Read(mount, "file"));
        Assert.Equal("revision 2 is the newest", await mount.TalkAsync(Cancellation, "remount"));

        using (RepositoryKeys keys = Keys())
        {
            File.WriteAllText(blacklist, $"# stolen\n{Fingerprint.Format(keys.Certificate.FingerprintOf(HashAlgorithm.Sha1))}\n");
        }

        File.WriteAllText(site["tree/file"], "by a thief");
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"]);
        InvalidOperationException stays = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount"));
        Assert.Contains("blacklist", stays.Message, StringComparison.Ordinal);
        Assert.Equal(("one", "never read before"), (Read(mount, "file"), Read(mount, "unread")));

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StratoMount.StartAsync(options, Cancellation));
        Assert.Contains("blacklist", refused.Message, StringComparison.Ordinal);

        File.Delete(blacklist);
        Assert.Equal("revision 3 is shown now, after 2", await mount.TalkAsync(Cancellation, "remount"));
    }

    public void Dispose() => site.Dispose();

    private static string Read(StratoMount mount, string file) => File.ReadAllText(Path.Combine(mount.Directory, file));

    private RepositoryKeys Keys() => new KeyFiles(site.Home, Name).Load();

    private void Resign(DateTimeOffset now)
    {
        using RepositoryKeys keys = Keys();
        Whitelist whitelist = Whitelist.Create(Name, keys.Certificate.FingerprintOf(HashAlgorithm.Sha1), now, days: 30);
        File.WriteAllBytes(Path.Combine(Storage, ".cvmfswhitelist"), keys.Master!.Sign(whitelist, HashAlgorithm.Sha1));
    }

    private async Task PublishAsync()
    {
        await site.RunAsync(Cancellation, "mkfs", Name, "--ttl", "1");
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"]);
    }
}
