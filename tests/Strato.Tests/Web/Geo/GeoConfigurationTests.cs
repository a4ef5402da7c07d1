using System.Net;
using Strato.Core;
using Strato.Web.Geo;

namespace Strato.Tests.Web.Geo;

public sealed class GeoConfigurationTests
{
    [Fact]
    public void The_narrowest_network_counts()
    {
        GeoConfiguration configuration = GeoConfiguration.Parse(
            """
            # our site
            network 10.0.0.0/8      46.2 6.0
            network 10.1.0.9/16     41.7 -88.4   # the other hall
            network 10.1.2.3        0 0
            network 2001:db8::/32   51.75 -1.25
            server  Stratum1.example.org 39.9 116.3
            database /var/lib/GeoLite2-City.mmdb
            """,
            "geo.conf");

        Assert.Equal(new GeoPoint(46.2, 6.0), configuration.Networks.Find(IPAddress.Parse("10.2.0.1")));
        Assert.Equal(new GeoPoint(41.7, -88.4), configuration.Networks.Find(IPAddress.Parse("::ffff:10.1.0.1")));
        Assert.Equal(new GeoPoint(0, 0), configuration.Networks.Find(IPAddress.Parse("10.1.2.3")));
        Assert.Equal(new GeoPoint(51.75, -1.25), configuration.Networks.Find(IPAddress.Parse("2001:db8:ffff::1")));
        Assert.Null(configuration.Networks.Find(IPAddress.Parse("192.0.2.1")));
        Assert.True(configuration.TryFindServer("stratum1.EXAMPLE.org", out GeoPoint? place));
        Assert.Equal(new GeoPoint(39.9, 116.3), place);
        Assert.Equal("/var/lib/GeoLite2-City.mmdb", configuration.Database);
    }

    [Theory]
    [InlineData("network 10.0.0.0/33 1 2", "is no network")]
    [InlineData("network 10.0.0.0/8/8 1 2", "is no network")]
    [InlineData("server a 91 0", "write 'server")]
    [InlineData("server a 1 NaN", "write 'server")]
    [InlineData("database relative.mmdb", "write 'server")]
    [InlineData("\n\nnonsense", "line 3")]
    public void A_line_that_is_none_is_named(string line, string problem) =>
        Assert.Contains(problem, Assert.Throws<StratoException>(() => GeoConfiguration.Parse(line, "geo.conf")).Message, StringComparison.Ordinal);
}
