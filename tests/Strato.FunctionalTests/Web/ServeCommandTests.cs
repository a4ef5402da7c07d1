using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Strato.Posix;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing.Metrics;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Web;

public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("strato-serve-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    public async Task It_serves_until_it_is_asked_to_stop(Signal signal)
    {
        using ChildProcess strato = ChildProcess.StartStrato("serve", "--json", "--home", home.FullName, "--listen", "127.0.0.1:0");
        await strato.WaitForAsync("}", Cancellation);
        using JsonDocument report = JsonDocument.Parse(strato.Output);
        string url = report.RootElement.GetProperty("url").GetString()!;
        using HttpClient client = new();
        Assert.Contains("\"schema\": 1", await client.GetStringAsync(new Uri(url + "/info/v1/repositories.json"), Cancellation), StringComparison.Ordinal);

        strato.Send(signal);
        Assert.Equal(0, await strato.WaitAsync(Cancellation));
        Assert.Empty(strato.Error);
    }

    [Fact]
    public async Task Answers_are_measured()
    {
        using ChildProcess strato = ChildProcess.StartStrato(
            "serve", "--json", "--home", home.FullName, "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log-level", "information", "--log-format", "json");
        await strato.WaitForAsync("metrics are served at", Cancellation);
        string line = strato.Error.Split('\n').Single(text => text.Contains("metrics are served at", StringComparison.Ordinal));
        using JsonDocument logged = JsonDocument.Parse(line);
        string metrics = $"http://{logged.RootElement.GetProperty("values").GetProperty("address").GetString()}/metrics";
        await strato.WaitForAsync("\"repositories\"", Cancellation);
        using JsonDocument report = JsonDocument.Parse(strato.Output);
        string url = report.RootElement.GetProperty("url").GetString()!;
        using HttpClient client = new();
        byte[] index = await client.GetByteArrayAsync(new Uri(url + "/info/v1/repositories.json"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(url + "/absent.example.org/.cvmfspublished"), Cancellation)).StatusCode);

        // A request is counted at its end, which its client may see a moment earlier.
        Exposition page;
        do
        {
            page = Exposition.Parse(await client.GetStringAsync(new Uri(metrics), Cancellation));
        }
        while (page.Samples.Where(sample => sample.Name == "strato_origin_request_duration_seconds_count").Sum(sample => sample.Value) < 2);

        Assert.Equal(1, page.Value("strato_origin_requests_total", ("status", "200")));
        Assert.Equal(1, page.Value("strato_origin_requests_total", ("status", "404")));
        Assert.True(page.Value("strato_origin_sent_bytes_total") >= index.Length);
    }

    [Fact]
    public async Task Metrics_of_commands_are_served_too()
    {
        const string name = "measured.example.org";
        RepositoryHome repositories = new(home.FullName);
        RepositoryMaker.Run(new MakeRepositoryRequest { Settings = new RepositorySettings { Name = name, Storage = string.Empty } }, new OperationContext { Home = repositories });
        using ChildProcess strato = ChildProcess.StartStrato(
            "serve", "--home", home.FullName, "--listen", "127.0.0.1:0", "--metrics", $"unix:{home.FullName}/metrics.sock");
        await strato.WaitForAsync("until Ctrl-C", Cancellation);
        using HttpClient client = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{home.FullName}/metrics.sock"), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        Exposition page = Exposition.Parse(await client.GetStringAsync(new Uri("http://socket/metrics"), Cancellation));
        Assert.Equal(1, page.Value("strato_operations_total", ("repository", name), ("operation", "mkfs"), ("outcome", "done")));
        Assert.Equal(1, page.Value("strato_repository_revision", ("repository", name)));

        // A collector of text files is told the same under the same names.
        Exposition left = Exposition.Parse(await File.ReadAllTextAsync(Path.Combine(repositories.Metrics, $"{name}.prom"), Cancellation));
        Assert.Subset(page.Samples.Select(sample => sample.Name).ToHashSet(), left.Samples.Select(sample => sample.Name).ToHashSet());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(
            Cancellation, "serve", "--home", home.FullName, "--listen", other.LocalEndpoint.ToString()!);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Equal($"strato serve: cannot listen at {other.LocalEndpoint}: another program listens there\n", error);
    }

    [Fact]
    public async Task A_foreign_address_is_told_in_one_line()
    {
        (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, "serve", "--home", home.FullName, "--listen", "192.0.2.1:0");
        Assert.Equal(1, code);
        Assert.Equal("strato serve: cannot listen at 192.0.2.1:0: Cannot assign requested address\n", error);
    }

    [Fact]
    public async Task Output_that_nobody_reads_is_no_failure()
    {
        using ChildProcess shell = ChildProcess.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", "set -o pipefail; \"$0\" --help | head -c 1", StratoProgram.Location]));
        Assert.Equal(0, await shell.WaitAsync(Cancellation));
        Assert.Empty(shell.Error);
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_a_failure()
    {
        using ChildProcess shell = ChildProcess.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", "\"$0\" --help > /dev/full", StratoProgram.Location]));
        Assert.Equal(1, await shell.WaitAsync(Cancellation));
        Assert.Matches("^strato: [^\n]*No space left on device[^\n]*\n$", shell.Error);
    }

    public void Dispose() => home.Delete(recursive: true);
}
