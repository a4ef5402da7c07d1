using System.Text;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;
using Strato.Testing;
using Strato.Testing.Http;
using Strato.Testing.Signing;

namespace Strato.FunctionalTests.Storage;

/// <summary>CVMFS_USE_GEOAPI: servers are used in the order that they tell themselves.</summary>
public sealed class ServerOrderTests : IDisposable
{
    private const string Name = "geo.example.org";
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly ManualClock clock = new(SignedRepository.Now);
    private readonly List<string> notices = [];
    private readonly ObjectCache cache;

    public ServerOrderTests() => cache = ObjectCache.Open(new CacheOptions { Directory = folder["cache"] });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cache.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_order_is_asked_for_once_kept_and_asked_again_for_other_servers()
    {
        string reply = "3,1,2\n";
        await using ScriptedPeer peer = new(_ => PeerReply.Ok(Encoding.ASCII.GetBytes(reply)));
        string[] configured = [$"{peer.Address}/c", $"{peer.Address}/a", $"{peer.Address}/b"];
        string[] expected = [$"{peer.Address}/c", $"{peer.Address}/a", $"{peer.Address}/b"];

        // The question names hosts in their own order, whatever the configured one: 3 is /c.
        Assert.Equal(expected, await SortAsync(configured));
        PeerRequest question = Assert.Single(peer.Requests);
        Assert.Matches("^/[abc]/api/v1\\.0/geo/[0-9a-f-]{36}/127\\.0\\.0\\.1,127\\.0\\.0\\.1,127\\.0\\.0\\.1$", question.Path);

        // A restart, and other configured orders of the same servers, ask nobody.
        reply = "1,2,3\n";
        Assert.Equal(expected, await SortAsync([.. configured.Reverse()]));
        Assert.Equal(expected, await SortAsync(configured, onlyKept: true));
        Assert.Single(peer.Requests);

        string[] fewer = configured[..2];
        reply = "2,1\n";
        Assert.Equal([$"{peer.Address}/c", $"{peer.Address}/a"], await SortAsync(fewer));
        Assert.Equal(2, peer.Requests.Count);

        clock.Advance(TimeSpan.FromDays(2));
        reply = "1,2\n";
        Assert.Equal([$"{peer.Address}/a", $"{peer.Address}/c"], await SortAsync(fewer));
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1\n")]
    [InlineData("1,1\n")]
    [InlineData("0,1\n")]
    [InlineData("1,2,3\n")]
    [InlineData("<html>2,1</html>")]
    public async Task An_answer_that_is_none_leaves_the_order(string reply)
    {
        await using ScriptedPeer peer = new(_ => PeerReply.Ok(Encoding.ASCII.GetBytes(reply)));
        string[] configured = [$"{peer.Address}/b", $"{peer.Address}/a"];
        Assert.Equal(configured, await SortAsync(configured));
        Assert.Equal(2, peer.Requests.Count);
        Assert.Contains("the configured order", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_any_more_the_order_from_before_is_used()
    {
        bool isDown = false;
        await using ScriptedPeer peer = new(_ => isDown ? PeerReply.ServerError : PeerReply.Ok("2,1\n"u8.ToArray()));
        string[] configured = [$"{peer.Address}/a", $"{peer.Address}/b"];
        string[] sorted = [$"{peer.Address}/b", $"{peer.Address}/a"];
        Assert.Equal(sorted, await SortAsync(configured));
        isDown = true;
        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(sorted, await SortAsync(configured));
        Assert.Contains("told before", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxy_names_the_place_and_at_most_three_servers_are_asked()
    {
        await using ScriptedPeer proxy = new(_ => PeerReply.NotFound);
        string[] configured = [.. Enumerable.Range(0, 6).Select(number => $"http://s{number}.example.org/cvmfs/{Name}")];
        Assert.Equal(configured, await SortAsync(configured, proxy: ProxySpec.Parse(proxy.Address)));
        Assert.Equal(3, proxy.Requests.Count);
        Assert.All(proxy.Requests, request => Assert.Contains("/api/v1.0/geo/127.0.0.1/s0.example.org,s1.example.org,", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_server_or_a_directory_has_nothing_to_sort()
    {
        Assert.Equal(["http://127.0.0.1:9/a"], await SortAsync(["http://127.0.0.1:9/a"]));
        Assert.Equal(["file:///b", "file:///a"], await SortAsync(["file:///b", "file:///a"]));
        Assert.Empty(notices);
    }

    private Task<IReadOnlyList<string>> SortAsync(string[] servers, bool onlyKept = false, ProxySpec? proxy = null) =>
        new ServerOrder(new HttpSourceOptions { Servers = servers, Proxies = proxy ?? ProxySpec.Direct, Time = clock, Notice = notices.Add }, Name, "", cache)
            .SortAsync("servers", servers, onlyKept, Token);
}
