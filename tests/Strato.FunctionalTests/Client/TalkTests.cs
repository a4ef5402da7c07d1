using System.Globalization;
using System.Text.Json;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Metrics;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>What people ask a mount's daemon, and have it do.</summary>
public sealed class TalkTests : IAsyncDisposable
{
    private const string DeadServer = "http://127.0.0.1:9/cvmfs/golden.test.org";

    /// <summary>A file of one object, and one of several chunks.</summary>
    private const string Whole = "/changing";
    private const string Chunked = "/sizes/cuts30M";

    private readonly GoldenSite site;

    public TalkTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StratoMountOptions Options => site.Options with { Settings = ["CVMFS_MAX_RETRIES=0", "CVMFS_TIMEOUT_DIRECT=2", "CVMFS_HOST_RESET_AFTER=0"] };

    [Fact]
    public async Task Files_are_pinned_and_evicted_by_their_paths()
    {
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);

        Assert.Equal($"{Whole} is pinned: 1 object", await mount.TalkAsync(Cancellation, "pin", Whole));
        using JsonDocument pinned = await JsonAsync(mount, "cache", "pin", mount.Directory + Chunked);
        int chunks = pinned.RootElement.GetProperty("objects").GetInt32();
        Assert.True(chunks > 1);
        await mount.TalkAsync(Cancellation, "cleanup", "0");
        Assert.Equal(1 + chunks, await PinnedAsync(mount));

        // What is pinned is readable with no server left.
        site.Answer = _ => new Testing.Http.PeerReply { Raw = [] };
        Assert.NotEmpty(File.ReadAllBytes(mount.Directory + Whole));
        Assert.Equal(new FileInfo(mount.Directory + Chunked).Length, File.ReadAllBytes(mount.Directory + Chunked).LongLength);

        await mount.TalkAsync(Cancellation, "cache", "unpin", Chunked);
        Assert.Equal(1, await PinnedAsync(mount));
        Assert.Equal($"{Whole} is evicted: 1 object", await mount.TalkAsync(Cancellation, "evict", Whole));
        Assert.Equal(0, await PinnedAsync(mount));
        Assert.Equal($"{Whole} is evicted: 0 objects", await mount.TalkAsync(Cancellation, "cache", "evict", Whole));
        foreach ((string path, string problem) in new[] { ("/absent", "No such file"), ("/plain", "Is a directory"), ("/", "Is a directory") })
        {
            InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "cache", "pin", path));
            Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }
    }

    [Fact]
    public async Task Cache_is_listed_scrubbed_and_cleaned()
    {
        using StratoMount mount = await StratoMount.StartAsync(Options with { Quota = 1024 }, Cancellation);
        Assert.NotEmpty(File.ReadAllBytes(mount.Directory + Whole));

        using JsonDocument list = await JsonAsync(mount, "cache", "list");
        Assert.Equal(list.RootElement.GetProperty("total").GetInt64(), list.RootElement.GetProperty("entries").GetArrayLength());
        using JsonDocument catalogs = await JsonAsync(mount, "cache", "list", "catalogs");
        Assert.InRange(catalogs.RootElement.GetProperty("total").GetInt64(), 1, list.RootElement.GetProperty("total").GetInt64() - 1);
        using JsonDocument scrubbed = await JsonAsync(mount, "cache", "scrub");
        Assert.Equal((list.RootElement.GetProperty("total").GetInt64(), 0), (scrubbed.RootElement.GetProperty("checked").GetInt64(), scrubbed.RootElement.GetProperty("removed").GetInt32()));
        Assert.StartsWith("0.0 MB freed", await mount.TalkAsync(Cancellation, "cache", "cleanup", "100000"), StringComparison.Ordinal);
        Assert.Equal("1024", await mount.TalkAsync(Cancellation, "cache", "limit", "get"));
        Assert.EndsWith("/cache", await mount.TalkAsync(Cancellation, "cache", "instance"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "cleanup", "much"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "cache", "polish"));
    }

    [Fact]
    public async Task Servers_are_shown_with_their_health_and_chosen()
    {
        string honest = site.Options.Server!;
        using StratoMount mount = await StratoMount.StartAsync(Options with { Server = $"{DeadServer};{honest}" }, Cancellation);

        using (JsonDocument servers = await JsonAsync(mount, "servers"))
        {
            JsonElement dead = servers.RootElement.EnumerateArray().Single(place => place.GetProperty("address").GetString() == DeadServer);
            JsonElement used = servers.RootElement.EnumerateArray().Single(place => place.GetProperty("address").GetString() == honest);
            Assert.False(dead.GetProperty("is_current").GetBoolean());
            Assert.True(dead.GetProperty("failures").GetInt32() >= 1);
            Assert.Contains("refused", dead.GetProperty("last_failure").GetString(), StringComparison.Ordinal);
            Assert.Equal(JsonValueKind.String, dead.GetProperty("avoided_since").ValueKind);
            Assert.True(used.GetProperty("is_current").GetBoolean());
            Assert.True(used.GetProperty("received_bytes").GetInt64() > 0);
            Assert.Equal(JsonValueKind.Number, used.GetProperty("latency_milliseconds").ValueKind);
        }

        Assert.Contains("avoided since", await mount.TalkAsync(Cancellation, "servers"), StringComparison.Ordinal);
        Assert.StartsWith(honest, await mount.TalkAsync(Cancellation, "host", "info"), StringComparison.Ordinal);
        Assert.Equal($"{DeadServer} through DIRECT", await mount.TalkAsync(Cancellation, "host", "switch"));
        Assert.Equal($"{honest} through DIRECT", await mount.TalkAsync(Cancellation, "host", "set", honest));
        Assert.Equal(honest, await mount.TalkAsync(Cancellation, "host", "info"));
        Assert.Equal($"{honest} through http://127.0.0.1:9", await mount.TalkAsync(Cancellation, "proxy", "set", "http://127.0.0.1:9;DIRECT"));
        Assert.Equal("[0] http://127.0.0.1:9\n[1] DIRECT\nactive: http://127.0.0.1:9", await mount.TalkAsync(Cancellation, "proxy", "info"));
        Assert.EndsWith("is the newest", await mount.TalkAsync(Cancellation, "remount", "sync"), StringComparison.Ordinal);
        Assert.Equal("DIRECT", await mount.TalkAsync(Cancellation, "proxy"));
        Assert.Equal($"{honest} through http://127.0.0.1:9", await mount.TalkAsync(Cancellation, "proxy", "group", "switch"));
        InvalidOperationException wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "host", "set", "ftp://x"));
        Assert.Contains("'ftp://x' is not a server's address", wrong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "external", "host", "switch"));
    }

    [Fact]
    public async Task Open_files_and_catalogs_are_told()
    {
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        using (FileStream first = File.OpenRead(mount.Directory + Whole))
        using (FileStream second = File.OpenRead(mount.Directory + Whole))
        using (FileStream third = File.OpenRead(mount.Directory + Chunked))
        {
            using JsonDocument open = await JsonAsync(mount, "open", "files");
            Assert.Equal(3, open.RootElement.GetProperty("opens").GetInt32());
            JsonElement[] files = [.. open.RootElement.GetProperty("files").EnumerateArray()];
            Assert.Equal([(Whole, 2, first.Length), (Chunked, 1, third.Length)], files.Select(file => (file.GetProperty("path").GetString()!, file.GetProperty("opens").GetInt32(), file.GetProperty("size").GetInt64())));
        }

        string none = "";
        for (int i = 0; i < 100 && none != "0 open"; i++)
        {
            // The kernel sends RELEASE when it likes.
            none = await mount.TalkAsync(Cancellation, "open", "files");
        }

        Assert.Equal("0 open", none);
        using JsonDocument catalogs = await JsonAsync(mount, "open", "catalogs");
        JsonElement root = catalogs.RootElement.EnumerateArray().First();
        Assert.Equal((site.Repository.Name, ""), (root.GetProperty("repository").GetString(), root.GetProperty("mount_point").GetString()));
    }

    [Fact]
    public async Task Daemon_tells_about_itself_and_changes_its_log_level()
    {
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);

        Assert.Equal("information", await mount.TalkAsync(Cancellation, "log", "level"));
        Assert.Equal("debug", await mount.TalkAsync(Cancellation, "log", "level", "debug"));
        Assert.Equal(mount.Pid.ToString(CultureInfo.InvariantCulture), await mount.TalkAsync(Cancellation, "pid"));
        Assert.Single(mount.LogLines("asked over the control socket: pid"));
        InvalidOperationException wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "log", "level", "loud"));
        Assert.EndsWith("there is no log level 'loud': debug, information, warning, error", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(mount.Directory, await mount.TalkAsync(Cancellation, "mountpoint"));
        Assert.Contains("CVMFS_TIMEOUT_DIRECT=2", await mount.TalkAsync(Cancellation, "parameters"), StringComparison.Ordinal);
        Assert.NotEmpty(Exposition.Parse(await mount.TalkAsync(Cancellation, "internal", "affairs") + "\n").Samples);
        using JsonDocument version = await JsonAsync(mount, "version");
        Assert.NotEmpty(version.RootElement.GetProperty("text").GetString()!);
        Assert.Contains("2 s without", await mount.TalkAsync(Cancellation, "timeout", "info"), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private static async Task<JsonDocument> JsonAsync(StratoMount mount, params IEnumerable<string> command) =>
        JsonDocument.Parse(await mount.TalkAsync(Cancellation, [.. command, "--json"]));

    private static async Task<int> PinnedAsync(StratoMount mount)
    {
        using JsonDocument list = await JsonAsync(mount, "cache", "list");
        return list.RootElement.GetProperty("entries").EnumerateArray().Count(entry => entry.GetProperty("is_pinned").GetBoolean());
    }
}
