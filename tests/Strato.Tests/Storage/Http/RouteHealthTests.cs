using Strato.Storage.Http;
using Strato.Testing;

namespace Strato.Tests.Storage.Http;

/// <summary>What is told of servers and proxies.</summary>
public sealed class RouteHealthTests
{
    private readonly ManualClock clock = new();
    private readonly RouteTable routes;
    private readonly RouteHealth health;

    public RouteHealthTests()
    {
        HttpSourceOptions options = new()
        {
            Servers = ["http://one/cvmfs/x", "http://two/cvmfs/x"],
            Proxies = ProxySpec.Parse("http://squid:3128;DIRECT"),
            Time = clock,
        };
        routes = new RouteTable(options, new Random(1));
        health = new RouteHealth(clock);
    }

    [Fact]
    public void Successes_count_for_both_and_failures_for_whom_they_are_blamed_on()
    {
        Note(null, bytes: 100, latency: TimeSpan.FromMilliseconds(80));
        Note(new FetchFailure(FetchFailureKind.Connection, AtProxy: true, "squid is down"), bytes: 0);
        Note(new FetchFailure(FetchFailureKind.Status, AtProxy: false, "500"), bytes: 5);
        Note(new FetchFailure(FetchFailureKind.Cancelled, AtProxy: false, "nobody waits"), bytes: 1);

        PlaceHealth server = Of("http://one/cvmfs/x");
        PlaceHealth proxy = Of("http://squid:3128");
        Assert.Equal((4, 1, 106, "500"), (server.Requests, server.Failures, server.ReceivedBytes, server.LastFailure));
        Assert.Equal((4, 1, "squid is down"), (proxy.Requests, proxy.Failures, proxy.LastFailure));
        Assert.Equal(TimeSpan.FromMilliseconds(80), server.Latency);
        Assert.Equal((true, false, 0), (server.IsCurrent, server.IsProxy, server.Group));
        Assert.Equal((true, true, 0), (proxy.IsCurrent, proxy.IsProxy, proxy.Group));
        Assert.Null(server.AvoidedSince);
        Assert.Equal((0, 0), (Of("http://two/cvmfs/x").Requests, Of("DIRECT").Requests));
    }

    [Fact]
    public void What_was_left_is_avoided_since_then_until_it_is_used_again()
    {
        DateTimeOffset left = clock.GetUtcNow();
        Route route = routes.Current;
        health.LeftServer(route);
        routes.LeaveServer(route);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(left, Of("http://one/cvmfs/x").AvoidedSince);
        Assert.True(Of("http://two/cvmfs/x").IsCurrent);

        routes.SwitchServer();
        Assert.Null(Of("http://one/cvmfs/x").AvoidedSince);
        Note(null, bytes: 1);
        routes.SwitchServer();
        Assert.Null(Of("http://one/cvmfs/x").AvoidedSince);
    }

    [Fact]
    public void People_choose_servers_and_proxies()
    {
        routes.SwitchProxyGroup();
        Assert.Equal("DIRECT", routes.Current.Proxy.ToString());
        routes.SetServers(["http://three/cvmfs/x/"]);
        routes.SetProxies(ProxySpec.Parse("http://a:1|http://a:1"));

        Assert.Equal(["http://three/cvmfs/x", "http://a:1", "http://a:1"], health.Read(routes).Select(place => place.Address));
        Assert.Throws<Strato.Core.StratoException>(() => routes.SetServers(["ftp://x"]));
        Assert.Throws<Strato.Core.StratoException>(() => routes.SetServers([]));
        Assert.Equal("http://three/cvmfs/x", routes.Current.ServerUrl);
    }

    private PlaceHealth Of(string address) => health.Read(routes).Single(place => place.Address == address);

    private void Note(FetchFailure? failure, int bytes, TimeSpan? latency = null)
    {
        MeteredSink metered = new(new MemorySink(1000), clock);
        metered.Begin();
        if (latency is { } time)
        {
            clock.Advance(time);
            metered.Announce(null, null);
        }

        Assert.Null(metered.Write(new byte[bytes]));
        health.Note(routes.Current, metered, failure);
    }
}
