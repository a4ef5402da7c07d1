using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Strato.Testing;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Containers;

/// <summary>The plugin's answers to requests that no daemon makes, or that a daemon does not hand on.</summary>
public sealed class DockerPluginProtocolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Socket => folder["cvmfs.sock"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Malformed_requests_are_refused_and_change_nothing()
    {
        using ChildProcess plugin = await StartAsync();
        Assert.Equal("""{"Err":"","Implements":["VolumeDriver"]}""", await CallAsync("Plugin.Activate", ""));
        Assert.Equal("""{"Err":"","Capabilities":{"Scope":"local"}}""", await CallAsync("VolumeDriver.Capabilities", "{}"));
        Assert.Equal("""{"Err":""}""", await CallAsync("VolumeDriver.Create", """{"Name":"one.example.org","Opts":{"tag":"first"}}"""));
        Assert.Equal("""{"Err":""}""", await CallAsync("VolumeDriver.Create", """{"Name":"one.example.org","Opts":{"tag":"first"}}"""));

        foreach ((string call, string body, string problem) in new[]
        {
            ("VolumeDriver.Create", """{"Name":"one.example.org","Opts":{"tag":"second"}}""", "exists with other options"),
            ("VolumeDriver.Create", """{"Name":"../../etc","Opts":{}}""", "cannot be named"),
            ("VolumeDriver.Create", """{"Name":"cvmfs\u0000","Opts":{}}""", "cannot be named"),
            ("VolumeDriver.Create", """{"Name":"one.example.org@first","Opts":{"tag":"second"}}""", "both say"),
            ("VolumeDriver.Create", """{"Opts":{}}""", "names no volume"),
            ("VolumeDriver.Create", """{"Name":7}""", "not the JSON"),
            ("VolumeDriver.Create", "not JSON", "not the JSON"),
            ("VolumeDriver.Create", """{"Name":"two.example.org","Opts":{"clientConfig":"CVMFS_HTTP_PROXY=$(id)"}}""", "client configuration"),
            ("VolumeDriver.Mount", """{"Name":"one.example.org","ID":"../../x"}""", "ID"),
            ("VolumeDriver.Mount", """{"Name":"two.example.org","ID":"x"}""", "two.example.org"),
            ("VolumeDriver.Mount", """{"Name":"one.example.org","ID":"x"}""", "mount"),
            ("VolumeDriver.Get", """{"Name":"two.example.org"}""", "two.example.org"),
        })
        {
            string error = Error(await CallAsync(call, body));
            Assert.True(error.Contains(problem, StringComparison.Ordinal), $"{call} {body}: {error}");
            Assert.DoesNotContain('\n', error);
            Assert.DoesNotContain('\0', error);
        }

        Assert.Equal(404, await StatusAsync("VolumeDriver.Format", "{}"));
        using JsonDocument listed = JsonDocument.Parse(await CallAsync("VolumeDriver.List", ""));
        Assert.Equal("one.example.org", Assert.Single(listed.RootElement.GetProperty("Volumes").EnumerateArray()).GetProperty("Name").GetString());
        Assert.Equal("""{"Err":""}""", await CallAsync("VolumeDriver.Unmount", """{"Name":"one.example.org","ID":"never"}"""));
        Assert.Equal("""{"Err":""}""", await CallAsync("VolumeDriver.Remove", """{"Name":"one.example.org"}"""));
    }

    [Fact]
    public async Task A_damaged_volume_is_named_with_what_to_do_and_the_others_go_on()
    {
        using (await StartAsync())
        {
            Assert.Equal("""{"Err":""}""", await CallAsync("VolumeDriver.Create", """{"Name":"one.example.org"}"""));
            Assert.Equal("""{"Err":""}""", await CallAsync("VolumeDriver.Create", """{"Name":"two.example.org"}"""));
        }

        await File.WriteAllTextAsync(folder["home/docker/volumes/one.example.org/options.json"], "{", Cancellation);
        using ChildProcess plugin = await StartAsync();
        Assert.Contains("is damaged; remove", Error(await CallAsync("VolumeDriver.Get", """{"Name":"one.example.org"}""")), StringComparison.Ordinal);
        Assert.Equal("", Error(await CallAsync("VolumeDriver.Get", """{"Name":"two.example.org"}""")));
        using JsonDocument listed = JsonDocument.Parse(await CallAsync("VolumeDriver.List", ""));
        Assert.Contains(listed.RootElement.GetProperty("Volumes").EnumerateArray(), volume => volume.GetProperty("Name").GetString() == "two.example.org");
    }

    private static string Error(string answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("Err").GetString()!;
    }

    private async Task<ChildProcess> StartAsync()
    {
        ChildProcess plugin = ChildProcess.StartStrato("docker-plugin", "--socket", Socket, "--home", folder["home"], "--mount", folder["absent"]);
        await plugin.WaitForAsync("until Ctrl-C", Cancellation);
        return plugin;
    }

    private async Task<string> CallAsync(string call, string body)
    {
        using HttpClient client = Client();
        using HttpResponseMessage answer = await client.PostAsync(new Uri($"http://plugin/{call}"), new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        return (await answer.Content.ReadAsStringAsync(Cancellation)).Trim();
    }

    private async Task<int> StatusAsync(string call, string body)
    {
        using HttpClient client = Client();
        using HttpResponseMessage answer = await client.PostAsync(new Uri($"http://plugin/{call}"), new StringContent(body), Cancellation);
        return (int)answer.StatusCode;
    }

    private HttpClient Client() => new(
        new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
}
