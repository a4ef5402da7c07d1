using Strato.Core;
using Strato.Storage.Http;
using Strato.Testing;

namespace Strato.Tests.Storage.Http;

public sealed class RouteTableTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void A_server_is_left_once_however_many_requests_failed_there()
    {
        RouteTable table = Table(servers: 3);
        Route first = table.Current;
        table.LeaveServer(first);
        table.LeaveServer(first);
        Assert.Equal(1, table.Current.Server);
        table.LeaveServer(table.Current);
        table.LeaveServer(table.Current);
        Assert.Equal(0, table.Current.Server);
    }

    [Fact]
    public void Proxies_of_a_group_are_used_up_before_the_next_group()
    {
        RouteTable table = Table(servers: 1, "a|b;c;DIRECT");
        List<string> used = [];
        for (int turn = 0; turn < 5; turn++)
        {
            Route route = table.Current;
            used.Add(route.Proxy.ToString());
            table.LeaveProxy(route);
        }

        Assert.Equal(["http://a", "http://b"], used.Take(2).Order(StringComparer.Ordinal));
        Assert.Equal(["http://c", "DIRECT", used[0]], used.Skip(2));
        Assert.Equal(4, table.ProxyCount);
    }

    [Fact]
    public void A_request_is_not_led_back_to_where_it_failed_while_others_move_the_table()
    {
        RouteTable table = Table(servers: 3);
        Route first = table.Current;
        Assert.Equal(first, table.CurrentUnless([1, 2]));
        Route detour = table.CurrentUnless([0]);
        Assert.Equal((1, true), (detour.Server, detour.IsDetour));
        Assert.Equal(2, table.CurrentUnless([0, 1]).Server);

        // What fails on a detour says nothing about the way of the others.
        table.LeaveServer(detour);
        Assert.Equal(first, table.Current);
    }

    [Fact]
    public void Leaving_a_server_takes_up_the_first_proxies_again()
    {
        RouteTable table = Table(servers: 2, "a;b");
        table.LeaveProxy(table.Current);
        Assert.Equal("http://b", table.Current.Proxy.ToString());
        table.LeaveServer(table.Current);
        Assert.Equal(("http://a", 1), (table.Current.Proxy.ToString(), table.Current.Server));
    }

    [Fact]
    public void The_preferred_places_are_taken_up_again_after_their_time()
    {
        RouteTable table = Table(servers: 2, "a;b", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30));
        table.LeaveServer(table.Current);
        table.LeaveProxy(table.Current);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(("http://b", 1), (table.Current.Proxy.ToString(), table.Current.Server));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("http://a", 1), (table.Current.Proxy.ToString(), table.Current.Server));
        clock.Advance(TimeSpan.FromMinutes(25));
        Assert.Equal(("http://a", 0), (table.Current.Proxy.ToString(), table.Current.Server));
    }

    [Fact]
    public void Without_a_time_nothing_is_taken_up_again()
    {
        RouteTable table = Table(servers: 2);
        table.LeaveServer(table.Current);
        clock.Advance(TimeSpan.FromDays(300));
        Assert.Equal(1, table.Current.Server);
    }

    [Fact]
    public void The_load_of_a_group_is_shared()
    {
        HttpSourceOptions options = new() { Servers = ["http://s"], Proxies = ProxySpec.Parse("a|b|c") };
        string[] firsts = [.. Enumerable.Range(0, 60).Select(seed => new RouteTable(options, new Random(seed)).Current.Proxy.ToString())];
        Assert.Equal(3, firsts.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("ftp://s")]
    [InlineData("stratum.example.org/cvmfs/x")]
    [InlineData("")]
    public void What_is_no_server_is_named(string server)
    {
        StratoException error = Assert.Throws<StratoException>(() => new RouteTable(new HttpSourceOptions { Servers = [server] }, new Random(0)));
        Assert.Contains($"'{server}' is not a server's address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_server_at_all_is_named() =>
        Assert.Throws<StratoException>(() => new RouteTable(new HttpSourceOptions { Servers = [] }, new Random(0)));

    [Theory]
    [InlineData("/a b%", "/a%20b%25")]
    [InlineData("/x,y:[1]~-._+@", "/x,y:[1]~-._+@")]
    public void Paths_are_encoded_as_the_genuine_client_encodes_them(string path, string expected) =>
        Assert.Equal(expected, UrlPath.Encode(System.Text.Encoding.ASCII.GetBytes(path)));

    [Fact]
    public void Bytes_that_are_no_text_are_encoded_too() => Assert.Equal("/latin1-%E9", UrlPath.Encode([.. "/latin1-"u8, 0xE9]));

    private RouteTable Table(int servers, string? proxies = null, TimeSpan? proxyReset = null, TimeSpan? serverReset = null) => new(
        new HttpSourceOptions
        {
            Servers = [.. Enumerable.Range(0, servers).Select(index => $"http://s{index}/cvmfs/x/")],
            Proxies = ProxySpec.Parse(proxies),
            ProxyResetAfter = proxyReset,
            ServerResetAfter = serverReset,
            Time = clock,
        },
        new Random(1));
}
