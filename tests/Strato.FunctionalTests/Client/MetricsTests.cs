using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Golden;
using Strato.Testing.Metrics;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>What a mount's daemon tells Prometheus.</summary>
public sealed class MetricsTests : IAsyncDisposable
{
    private readonly GoldenSite site;

    public MetricsTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_cache_network_and_revision_are_counted()
    {
        IReadOnlyList<GoldenFile> files = GoldenFile.List(GoldenRepository.Sha1, "trunk");
        using StratoMount mount = await MountAsync("127.0.0.1:0");
        Exposition before = Exposition.Parse(await PageAsync(mount));
        Assert.All(files.Take(20), file => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)));
        Assert.Equal(Errno.ENODATA, ExtendedAttributes.Get(Encoding.UTF8.GetBytes(mount.Directory + "/changing"), "user.nothing"u8, out _));

        string page = await PageAsync(mount);
        Exposition after = Exposition.Parse(page);

        double Grown(string name, params (string Label, string Value)[] labels) =>
            after.Value(name, labels) - before.Samples.Where(sample => sample.Name == name && labels.All(label => sample.Has(label.Label, label.Value))).Sum(sample => sample.Value);
        Assert.True(Grown("strato_fuse_request_duration_seconds_count", ("opcode", "open")) >= 20);
        Assert.True(Grown("strato_fuse_request_duration_seconds_sum", ("opcode", "open")) > 0);
        Assert.True(Grown("strato_fuse_errors_total", ("errno", "ENODATA")) >= 1);
        Assert.True(Grown("strato_cache_lookups_total", ("result", "miss")) > 0);
        Assert.True(Grown("strato_cache_entries") > 0);
        Assert.True(Grown("strato_downloads_total") > 0);
        Assert.Equal(0, after.Value("strato_fuse_waiting"));
        (string, string)[] server = [("repository", site.Repository.Name), ("server", site.Options.Server!), ("content", "objects")];
        Assert.True(Grown("strato_server_received_bytes_total", server) > 0);
        Assert.Equal(1, after.Value("strato_server_in_use", server));
        Assert.Equal(0, after.Value("strato_server_failures_total", server));
        Assert.Equal(1, after.Value("strato_attachments", ("state", "attached")));
        Assert.Equal(await mount.TalkAsync(Cancellation, "revision"), after.Value("strato_revision", ("repository", site.Repository.Name)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(after.Value("strato_whitelist_left_seconds") > 0);
        Assert.Equal(0, after.Value("strato_restarts_total"));
        Assert.Equal("", await LintAsync(page));
    }

    [Fact]
    public async Task Socket_is_its_owners_and_a_mount_whose_address_is_taken_goes_on()
    {
        string path = Path.Combine(Path.GetTempPath(), $"strato-{Environment.ProcessId}.sock");
        using (StratoMount mount = await MountAsync($"unix:{path}"))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite));
            using SocketsHttpHandler handler = new()
            {
                ConnectCallback = async (_, token) =>
                {
                    Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            using HttpClient client = new(handler);
            Assert.NotEmpty(Exposition.Parse(await client.GetStringAsync(new Uri("http://mount/metrics"), Cancellation)).Samples);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync(new Uri("http://mount/"), Cancellation)).StatusCode);
        }

        using TcpListener taken = new(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        using StratoMount other = await MountAsync(taken.LocalEndpoint.ToString()!);
        await other.WaitForLogAsync("no metrics are served", Cancellation);
        Assert.NotEmpty(Directory.GetFileSystemEntries(other.Directory));
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    /// <summary>What Prometheus's own linter has to say; empty for nothing.</summary>
    private static async Task<string> LintAsync(string page)
    {
        const string linter = "/usr/bin/promtool";
        Assert.SkipUnless(File.Exists(linter), "promtool (Debian package prometheus) is not installed");
        using Process process = Process.Start(new ProcessStartInfo(linter, ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.StandardInput.WriteAsync(page);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return output + await errors;
    }

    private async Task<StratoMount> MountAsync(string address) =>
        await StratoMount.StartAsync(site.Options with { Settings = [$"STRATO_METRICS={address}"] }, Cancellation);

    private static async Task<string> PageAsync(StratoMount mount)
    {
        await mount.WaitForLogAsync("metrics are served at", Cancellation);
        string address = mount.LogLines("metrics are served at")[0].Split(' ')[^1].Trim();
        using HttpClient client = new();
        return await client.GetStringAsync(new Uri($"http://{address}/metrics"), Cancellation);
    }
}
