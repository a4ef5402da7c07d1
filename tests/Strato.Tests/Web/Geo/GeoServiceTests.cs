using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Strato.Testing;
using Strato.Web.Geo;

namespace Strato.Tests.Web.Geo;

/// <summary>The orders are those that the genuine servers' own tests expect for the same places.</summary>
public sealed class GeoServiceTests : IDisposable
{
    private const string Sites =
        """
        server cern.example.org 46.2324 6.0502
        server fnal.example.org 41.7768 -88.4604
        network 192.0.2.0/24 39.9289 116.3883
        network 198.51.100.0/24 51.75 -1.25
        """;

    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();
    private readonly GeoService service;
    private int lookups;
    private bool failing;

    public GeoServiceTests()
    {
        File.WriteAllText(folder["geo.conf"], Sites);
        service = new GeoService(folder["geo.conf"], ResolveAsync, clock, NullLogger.Instance);
    }

    [Theory]
    [InlineData("198.51.100.7", "cern.example.org,fnal.example.org,ihep.example.org,ral.example.org", "4,1,2,3")]
    [InlineData("198.51.100.7", "ral.example.org,ihep.example.org,fnal.example.org,cern.example.org", "1,4,3,2")]
    [InlineData("192.0.2.7", "ral.example.org,ihep.example.org,fnal.example.org,cern.example.org", "2,1,4,3")]
    [InlineData("192.0.2.7", "fnal.example.org,ihep.example.org,cern.example.org,ral.example.org", "2,4,3,1")]
    public async Task Servers_come_in_the_order_of_their_distance(string client, string servers, string order)
    {
        (int status, string body, string cache) = await AskAsync($"api/v1.0/geo/{client}/{servers}");
        Assert.Equal((200, order + "\n", "max-age=3600"), (status, body, cache));
    }

    [Fact]
    public async Task Where_a_name_tells_no_place_the_address_does()
    {
        Assert.Equal("1,2\n", (await AskAsync("api/v1.0/geo/squid/cern.example.org,ihep.example.org", remote: "198.51.100.9")).Body);
        Assert.Equal("2,1\n", (await AskAsync("api/v1.0/geo/squid/cern.example.org,ihep.example.org", remote: "192.0.2.9")).Body);
        Assert.Equal("2,1\n", (await AskAsync("api/v1.0/geo/x/cern.example.org,ihep.example.org", "127.0.0.1", ("X-Forwarded-For", "198.51.100.1, 192.0.2.9"))).Body);
        Assert.Equal("1,2\n", (await AskAsync("api/v1.0/geo/ral.example.org/cern.example.org,ihep.example.org", remote: "192.0.2.9")).Body);
    }

    [Fact]
    public async Task Servers_of_unknown_places_come_last_in_their_order()
    {
        Assert.Equal("3,1,2,4\n", (await AskAsync("api/v1.0/geo/192.0.2.1/a.example.org,b.example.org,cern.example.org,c")).Body);
        Assert.Equal(400, (await AskAsync("api/v1.0/geo/192.0.2.1/a.example.org,b.example.org")).Status);
        Assert.Equal(400, (await AskAsync("api/v1.0/geo/squid/cern.example.org", remote: "203.0.113.1")).Status);
    }

    [Fact]
    public async Task With_proxies_the_servers_are_ordered_from_the_nearest_one()
    {
        // From Fermilab, of the proxies at RAL and IHEP the former is nearer, and from there CERN is.
        string request = "api/v1.0/geo/fnal.example.org/ihep.example.org,fnal.example.org,cern.example.org,+PXYSEP+,192.0.2.1,198.51.100.1";
        Assert.Equal("3,2,1,6,5,4\n", (await AskAsync(request)).Body);
    }

    [Fact]
    public async Task Behind_a_delivery_network_the_servers_own_addresses_count()
    {
        Assert.Equal("2,1\n", (await AskAsync("api/v1.0/geo/x/cern.example.org,far.example.org", "127.0.0.1", ("CF-Connecting-IP", "198.51.100.1"))).Body);
    }

    [Theory]
    [InlineData("api/v1.0/geo/proxyonly")]
    [InlineData("api/geo/x/y")]
    [InlineData("api/v1.0/other/x/y")]
    [InlineData("api/")]
    public async Task What_is_no_such_request_is_refused(string path)
    {
        (int status, string body, string cache) = await AskAsync(path);
        Assert.Equal((400, "max-age=300"), (status, cache));
        Assert.StartsWith("Bad Request: ", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_looked_up_once_in_a_while_and_a_failure_keeps_what_was_known()
    {
        const string request = "api/v1.0/geo/198.51.100.1/cern.example.org,ihep.example.org";
        await AskAsync(request);
        await AskAsync(request);
        Assert.Equal(1, lookups);
        clock.Advance(GeoNames.Lifetime + TimeSpan.FromSeconds(1));
        failing = true;
        Assert.Equal("1,2\n", (await AskAsync(request)).Body);
        Assert.Equal(2, lookups);
    }

    [Fact]
    public async Task Changes_of_the_files_are_noticed_and_broken_ones_leave_what_was_known()
    {
        const string request = "api/v1.0/geo/203.0.113.1/cern.example.org,fnal.example.org";
        Assert.Equal(400, (await AskAsync(request)).Status);
        File.WriteAllBytes(folder["city.mmdb"], new MmdbBuilder().Add("203.0.113.0/24", 40, -90).Build());
        Change(Sites + $"\ndatabase {folder["city.mmdb"]}\n");
        Assert.Equal("2,1\n", (await AskAsync(request)).Body);
        Assert.NotNull(service.DatabaseTime);

        Change("nonsense");
        Assert.Equal("2,1\n", (await AskAsync(request)).Body);
    }

    public void Dispose()
    {
        service.Dispose();
        folder.Dispose();
    }

    private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
    {
        lookups++;
        return failing ? throw new SocketException((int)SocketError.TryAgain) : name switch
        {
            "ihep.example.org" => Task.FromResult<IPAddress[]>([IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.10")]),
            "ral.example.org" or "ip.far.example.org" => Task.FromResult<IPAddress[]>([IPAddress.Parse("198.51.100.10")]),
            "far.example.org" => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.99")]),
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
    }

    private void Change(string text)
    {
        File.WriteAllText(folder["geo.conf"], text);
        File.SetLastWriteTimeUtc(folder["geo.conf"], clock.GetUtcNow().UtcDateTime);
        clock.Advance(GeoPlaces.Interval + TimeSpan.FromSeconds(1));
    }

    private async Task<(int Status, string Body, string Cache)> AskAsync(string path, string remote = "127.0.0.1", params (string Name, string Value)[] headers)
    {
        DefaultHttpContext context = new();
        using MemoryStream body = new();
        context.Response.Body = body;
        context.Request.Method = "GET";
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        foreach ((string name, string value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        await service.AnswerAsync(context, path);
        await context.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        return (context.Response.StatusCode, Encoding.ASCII.GetString(body.ToArray()), context.Response.Headers.CacheControl.ToString());
    }
}
