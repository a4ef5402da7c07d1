using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client;

/// <summary>What <c>strato doctor</c> says of configurations, servers and proxies, good and bad.</summary>
public sealed class DoctorTests : IAsyncDisposable
{
    private const string Dead = "http://127.0.0.1:9/cvmfs/@fqrn@";

    private readonly GoldenSite site = new(GoldenRepository.Sha1);
    private readonly TemporaryFolder folder = new();

    public DoctorTests() => Directory.CreateDirectory(folder["etc"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Name => site.Repository.Name;

    [Fact]
    public async Task Good_configuration_has_no_problem()
    {
        Configure($"CVMFS_REPOSITORIES={Name}");

        JsonElement report = await RunAsync();

        Assert.Equal(0, Problems(report));
        Assert.Contains("is signed, its whitelist is valid for", One(report, "ok", Name, "revision"), StringComparison.Ordinal);
        One(report, "ok", Name, "answers within");
        One(report, "ok", Name, "1 public key can be read");
        One(report, "ok", "cache", "can be written");
    }

    [Fact]
    public async Task One_server_of_two_that_fails_is_a_warning_and_all_are_a_problem()
    {
        Configure($"CVMFS_SERVER_URL=\"{Dead};{site.Options.Server}\"");
        JsonElement report = await RunAsync(Name);
        Assert.Equal(0, Problems(report));
        One(report, "warning", Name, "127.0.0.1:9");

        Configure($"CVMFS_SERVER_URL=\"{Dead};http://no.such.host.invalid/cvmfs/@fqrn@\"");
        report = await RunAsync(Name);
        Assert.Equal(2, Problems(report));
        One(report, "problem", Name, "127.0.0.1:9");
        One(report, "problem", Name, "has no address");
    }

    [Fact]
    public async Task Server_and_proxy_that_never_answer_do_not_hold_it()
    {
        using TcpListener hole = new(IPAddress.Loopback, 0);
        hole.Start();
        Configure($"CVMFS_HTTP_PROXY=\"http://{hole.LocalEndpoint};DIRECT\"", $"CVMFS_SERVER_URL=\"http://{hole.LocalEndpoint}/cvmfs/@fqrn@;{site.Options.Server}\"");
        long started = Stopwatch.GetTimestamp();

        JsonElement report = await RunAsync(Name);

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
        Assert.Equal(0, Problems(report));
        One(report, "warning", Name, "/cvmfs/golden.test.org: no answer within 2 seconds");
        Assert.Contains("cannot be used", One(report, "warning", Name, "the proxy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", "whitelist")]
    [InlineData("absent-key", "key")]
    [InlineData("html", "manifest")]
    [InlineData("missing", "404")]
    [InlineData("error", "500")]
    [InlineData("drip", "no answer within")]
    public async Task Bad_servers_and_keys_are_problems(string fault, string expected)
    {
        Configure(fault switch
        {
            "key" => [$"CVMFS_PUBLIC_KEY={GoldenRepository.Rmd160.PublicKey}"],
            "absent-key" => [$"CVMFS_PUBLIC_KEY={folder["absent.pub"]}"],
            _ => (string[])[],
        });
        site.Answer = fault switch
        {
            "html" => _ => PeerReply.Html,
            "missing" => _ => PeerReply.NotFound,
            "error" => _ => PeerReply.ServerError,
            "drip" => request => site.Honest(request) with { DripBytes = 1, DripPause = TimeSpan.FromMilliseconds(500) },
            _ => site.Honest,
        };

        JsonElement report = await RunAsync(Name);

        Assert.Contains(
            report.GetProperty("findings").EnumerateArray(),
            finding => finding.GetProperty("level").GetString() == "problem" && finding.GetProperty("what").GetString()!.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_is_sent_where_one_is_configured()
    {
        File.WriteAllText(folder["token"], "secret\n");
        site.Answer = request => request.Headers.TryGetValue("Authorization", out string? sent) && sent == "Bearer secret" ? site.Honest(request) : new PeerReply { Status = 401 };
        Configure();
        One(await RunAsync(Name), "problem", Name, "it answers 401");

        Configure($"STRATO_TOKEN_FILE={folder["token"]}");
        Assert.Equal(0, Problems(await RunAsync(Name)));

        Configure($"STRATO_TOKEN_FILE={folder["absent"]}");
        One(await RunAsync(Name), "problem", Name, "cannot read the token file");
    }

    [Theory]
    [InlineData(20, "warning", "behind")]
    [InlineData(-600, "problem", "ahead of")]
    public async Task Clock_that_is_wrong_is_told(int minutes, string level, string expected)
    {
        Configure();
        string date = (DateTimeOffset.UtcNow + TimeSpan.FromMinutes(minutes)).ToString("R", CultureInfo.InvariantCulture);
        site.Answer = request => site.Honest(request) with { Headers = [$"Date: {date}"] };

        JsonElement report = await RunAsync(Name);

        Assert.Contains(expected, One(report, level, Name, "this machine's clock is"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_caches_and_repositories_that_cannot_be_used_are_told()
    {
        Configure("CVMFS_TIMEOUT=soon");
        File.WriteAllText(folder["file"], "");
        JsonElement report = await RunAsync(Name, "unknown.example.org");
        One(report, "problem", Name, "CVMFS_TIMEOUT=soon");

        Configure("CVMFS_QUOTA_LIMIT=10");
        report = await RunAsync("other.example.org", Name, "--cache", folder["file/cache"]);
        One(report, "problem", "cache", "cannot be made");
        report = await RunAsync(Name);
        One(report, "warning", "cache", "only 10.0 MB");

        (int code, string output, string error) = await ChildProcess.RunStratoAsync(Cancellation, "doctor", "no.example.org", "--config", folder["nowhere"], "--home", site.Home);
        Assert.Equal((1, ""), (code, error));
        Assert.Contains("no server is known", output, StringComparison.Ordinal);
        Assert.Contains("-> complete the parameter files", output, StringComparison.Ordinal);
        Assert.EndsWith("warnings\n", output.Replace("warning\n", "warnings\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mount_whose_daemon_is_stopped_or_gone_is_found_without_being_held()
    {
        FuseRequirement.Device();
        Configure();
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);
        One(await RunAsync(Name), "ok", "mounts", mount.Directory);

        PosixProcess.Kill(mount.Pid, Signal.Stop).ThrowIfFailed("stop the daemon");
        try
        {
            One(await RunAsync(Name), "problem", "mounts", $"{mount.Directory} (fuse.strato) has not answered");
        }
        finally
        {
            PosixProcess.Kill(mount.Pid, Signal.Continue);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        folder.Dispose();
    }

    private static string One(JsonElement report, string level, string area, string what)
    {
        JsonElement[] found =
        [
            .. report.GetProperty("findings").EnumerateArray().Where(finding =>
                finding.GetProperty("level").GetString() == level && finding.GetProperty("area").GetString() == area && finding.GetProperty("what").GetString()!.Contains(what, StringComparison.Ordinal)),
        ];
        Assert.True(found.Length == 1, $"{found.Length} findings of level {level} on {area} with '{what}': {report}");
        Assert.Equal(level == "ok", found[0].GetProperty("remedy").ValueKind == JsonValueKind.Null);
        return found[0].GetProperty("what").GetString()!;
    }

    /// <summary>Parameter files with the site's server and key, and others on top.</summary>
    private void Configure(params string[] lines) => File.WriteAllLines(
        folder["etc/default.local"],
        [$"CVMFS_SERVER_URL={site.Options.Server}", "CVMFS_HTTP_PROXY=DIRECT", $"CVMFS_PUBLIC_KEY={site.Options.PublicKey}", .. lines]);

    /// <summary>Problems of what the test has prepared: the machine may have mounts of others.</summary>
    private static int Problems(JsonElement report) => report.GetProperty("findings").EnumerateArray().Count(finding =>
        finding.GetProperty("level").GetString() == "problem" && finding.GetProperty("area").GetString() is not "mounts");

    private async Task<JsonElement> RunAsync(params IEnumerable<string> arguments)
    {
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(
            Cancellation, ["doctor", .. arguments, "--config", folder["etc"], "--home", site.Home, "--timeout", "2", "--json"]);
        Assert.Equal("", error);
        using JsonDocument parsed = JsonDocument.Parse(output);
        JsonElement report = parsed.RootElement.Clone();
        Assert.Equal(report.GetProperty("problems").GetInt32() == 0 ? 0 : 1, code);
        return report;
    }
}
