using System.Text;
using System.Text.Json;
using Strato.Posix;
using Strato.Testing.Http;
using Strato.Testing.Metrics;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>What keeps replicas up to date by itself, and what their server tells.</summary>
public sealed class ReplicationServiceTests : IDisposable
{
    private readonly ReplicaSource source = new();
    private readonly TemporaryReplica replica = new();

    public ReplicationServiceTests() => source.Publish(0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_replicates_serves_what_the_source_publishes()
    {
        replica.Add(await source.ServeAsync(Cancellation), source.PublicKey, settings => settings with { Interval = TimeSpan.FromSeconds(1) });
        using ChildProcess server = ChildProcess.StartStrato(
            "serve", "--home", replica.Home.Directory, "--listen", "127.0.0.1:0", "--replicate", "--metrics", "127.0.0.1:0", "--log-level", "information", "--log-format", "json");
        await server.WaitForAsync("is at revision 2 of", Cancellation);
        source.Publish(1);
        await server.WaitForAsync("is at revision 3 of", Cancellation);
        string url = Between(server.Output, "at ", "/ until");
        string metrics = $"http://{Logged(server.Error, "metrics are served at", "address")}/metrics";
        using HttpClient client = new();

        byte[] manifest = await client.GetByteArrayAsync(new Uri($"{url}/{TemporaryHome.Name}/.cvmfspublished"), Cancellation);
        using JsonDocument index = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{url}/info/v1/repositories.json"), Cancellation));
        using JsonDocument status = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{url}/{TemporaryHome.Name}/.cvmfs_status.json"), Cancellation));
        Exposition page = Exposition.Parse(await client.GetStringAsync(new Uri(metrics), Cancellation));

        Assert.Contains("\nS3\n", Encoding.ASCII.GetString(manifest), StringComparison.Ordinal);
        JsonElement listed = Assert.Single(index.RootElement.GetProperty("replicas").EnumerateArray());
        Assert.Equal(TemporaryHome.Name, listed.GetProperty("name").GetString());
        Assert.Equal($"/cvmfs/{TemporaryHome.Name}", listed.GetProperty("url").GetString());
        Assert.Equal(0, index.RootElement.GetProperty("repositories").GetArrayLength());
        Assert.EndsWith($"UTC {DateTime.UtcNow.Year}", status.RootElement.GetProperty("last_snapshot").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, page.Value("strato_replica_revision", ("repository", TemporaryHome.Name)));
        Assert.Equal(2, page.Value("strato_replica_snapshots_total", ("repository", TemporaryHome.Name), ("result", "new")));
        server.Send(Signal.Terminate);
        Assert.Equal(0, await server.WaitAsync(Cancellation));
        Assert.Empty(replica.Check());
    }

    [Fact]
    public async Task The_service_goes_on_after_a_source_was_down()
    {
        string address = await source.ServeAsync(Cancellation);
        replica.Add(address, source.PublicKey);
        replica.Change(settings => settings with { Sources = ["http://127.0.0.1:9/cvmfs/" + TemporaryHome.Name], Interval = TimeSpan.FromSeconds(1) });
        using ChildProcess service = ChildProcess.StartStrato("replicate", "--home", replica.Home.Directory);
        await service.WaitForAsync("the snapshot of test.example.org failed", Cancellation);
        replica.Change(settings => settings with { Sources = [address] });
        await service.WaitForAsync("is at revision 2 of", Cancellation);
        service.Send(Signal.Interrupt);
        Assert.Equal(0, await service.WaitAsync(Cancellation));
        Assert.Empty(replica.Check());
    }

    [Fact]
    public async Task A_pass_through_replica_hands_on_what_its_source_has()
    {
        string address = await source.ServeAsync(Cancellation);
        string[] home = ["--home", replica.Home.Directory];
        (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, ["add-replica", TemporaryHome.Name, "--from", address, "--pass-through", .. home]);
        Assert.True(code == 0, error);
        using ChildProcess server = ChildProcess.StartStrato(["serve", "--listen", "127.0.0.1:0", .. home]);
        await server.WaitForAsync("/ until Ctrl-C", Cancellation);
        string url = Between(server.Output, "at ", "/ until");
        using HttpClient client = new();

        foreach (string file in Directory.GetFiles(source.Home.Storage, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/txn/", StringComparison.Ordinal)))
        {
            string path = Path.GetRelativePath(source.Home.Storage, file);
            Assert.Equal(await File.ReadAllBytesAsync(file, Cancellation), await client.GetByteArrayAsync(new Uri($"{url}/{TemporaryHome.Name}/{path}"), Cancellation));
        }

        source.Publish(1);
        Assert.Contains("\nS3\n", await client.GetStringAsync(new Uri($"{url}/{TemporaryHome.Name}/.cvmfspublished"), Cancellation), StringComparison.Ordinal);
        string absent = $"{url}/{TemporaryHome.Name}/data/00/{new string('0', 38)}";
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync(new Uri(absent), Cancellation)).StatusCode);
        using JsonDocument index = JsonDocument.Parse(await client.GetStringAsync(new Uri($"{url}/info/v1/repositories.json"), Cancellation));
        Assert.True(Assert.Single(index.RootElement.GetProperty("replicas").EnumerateArray()).GetProperty("pass-through").GetBoolean());
        (int refused, _, string reason) = await ChildProcess.RunStratoAsync(Cancellation, ["snapshot", TemporaryHome.Name, .. home]);
        Assert.Equal(1, refused);
        Assert.Contains("keeps nothing", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pass_through_replica_asks_its_source_once_and_says_whose_fault_it_is()
    {
        string storage = source.Home.Storage;
        FaultyServer origin = new(request => File.Exists(Path.Combine(storage, KeyOf(request.Path)))
            ? PeerReply.Ok(File.ReadAllBytes(Path.Combine(storage, KeyOf(request.Path))))
            : PeerReply.NotFound);
        await using (origin)
        {
            string[] home = ["--home", replica.Home.Directory];
            (int code, _, string error) = await ChildProcess.RunStratoAsync(
                Cancellation, ["add-replica", TemporaryHome.Name, "--from", $"{origin.Address}/cvmfs/{TemporaryHome.Name}", "--pass-through", .. home]);
            Assert.True(code == 0, error);
            using ChildProcess server = ChildProcess.StartStrato(["serve", "--listen", "127.0.0.1:0", .. home]);
            await server.WaitForAsync("/ until Ctrl-C", Cancellation);
            string url = $"{Between(server.Output, "at ", "/ until")}/{TemporaryHome.Name}";
            using HttpClient client = new();
            string[] keys = [.. Directory.GetFiles(Path.Combine(storage, "data"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(storage, file)).Where(key => !key.Contains("/txn/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

            foreach (string key in keys)
            {
                HttpResponseMessage answer = await client.GetAsync(new Uri($"{url}/{key}"), Cancellation);
                Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(storage, key), Cancellation), await answer.Content.ReadAsByteArrayAsync(Cancellation));
                Assert.NotNull(answer.Headers.ETag);
                Assert.Equal("GET", Assert.Single(origin.Requests, request => KeyOf(request.Path) == key).Method);
            }

            origin.FaultOf = _ => NetworkFault.Refused;
            foreach (string key in (string[])[keys[0], ".cvmfspublished"])
            {
                Assert.Equal(System.Net.HttpStatusCode.BadGateway, (await client.GetAsync(new Uri($"{url}/{key}"), Cancellation)).StatusCode);
            }

            // What is not HTTP is no object either.
            origin.FaultOf = _ => NetworkFault.Garbage;
            Assert.Equal(System.Net.HttpStatusCode.BadGateway, (await client.GetAsync(new Uri($"{url}/{keys[0]}"), Cancellation)).StatusCode);
        }

        static string KeyOf(string path) => path[$"/cvmfs/{TemporaryHome.Name}/".Length..];
    }

    [Fact]
    public async Task A_server_tells_the_order_of_servers()
    {
        await File.WriteAllTextAsync(
            Path.Combine(Directory.CreateDirectory(source.Home.Home.Directory).FullName, "geo.conf"),
            "server near.example.org 46 6\nserver far.example.org -33 151\nnetwork 127.0.0.0/8 47 8\n",
            Cancellation);
        string address = await source.ServeAsync(Cancellation);
        using HttpClient client = new();

        Assert.Equal("2,1,3\n", await client.GetStringAsync(new Uri($"{address}/api/v1.0/geo/squid/far.example.org,near.example.org,unknown"), Cancellation));
        HttpResponseMessage refused = await client.GetAsync(new Uri($"{address}/api/v1.0/geo/squid/unknown"), Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }

    public void Dispose()
    {
        replica.Dispose();
        source.Dispose();
    }

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string Logged(string log, string message, string value)
    {
        string line = log.Split('\n').First(text => text.Contains(message, StringComparison.Ordinal));
        using JsonDocument logged = JsonDocument.Parse(line);
        return logged.RootElement.GetProperty("values").GetProperty(value).GetString()!;
    }
}
