using Strato.Storage.Http;

namespace Strato.Tests.Storage.Http;

public sealed class RouteLogTests
{
    private static readonly Route First = new(0, "http://a/x", Proxy.Direct, 0);
    private static readonly Route Second = new(1, "http://b/x", Proxy.Direct, 1);

    private readonly List<string> lines = [];
    private readonly RouteLog log;

    public RouteLogTests() => log = new RouteLog(First, lines.Add);

    [Fact]
    public void Nothing_is_said_while_nothing_changes()
    {
        log.Succeeded(First);
        log.Failed(First, "connection reset, and the next try was good");
        log.Succeeded(First);
        Assert.Empty(lines);
    }

    [Fact]
    public void A_change_is_said_once_with_what_failed_and_what_is_used_now()
    {
        for (int request = 0; request < 20; request++)
        {
            log.Failed(First, "http://a/x/data: Connection refused");
            log.Succeeded(Second);
        }

        Assert.Equal(["http://b/x is used from now on in place of http://a/x: http://a/x/data: Connection refused"], lines);
    }

    [Fact]
    public void The_way_back_is_said_and_stragglers_of_before_are_no_way_back()
    {
        log.Failed(First, "slow");
        log.Succeeded(Second);
        log.Succeeded(First);
        Assert.Single(lines);
        log.Succeeded(First with { Turn = 2 });
        log.Succeeded(Second);
        Assert.Equal("back to http://a/x", lines[1]);
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void Another_proxy_is_another_way()
    {
        Proxy proxy = ProxySpec.Parse("user:secret@cache:3128").Groups[0][0];
        log.Failed(First, "slow");
        log.Succeeded(First with { Proxy = proxy, Turn = 1 });
        Assert.Equal("http://a/x through http://cache:3128 is used from now on in place of http://a/x: slow", Assert.Single(lines));
    }

    [Fact]
    public void An_outage_is_said_once_and_its_end_is_too()
    {
        long before = log.Successes;
        log.AllFailed("no route to host", before);
        log.AllFailed("no route to host", before);
        Assert.True(log.IsOutage);
        log.Succeeded(First);
        log.Succeeded(First);
        Assert.False(log.IsOutage);
        Assert.Equal(["no server gives anything (no route to host); what is in the cache stays readable", "http://a/x answers again"], lines);
    }

    [Fact]
    public void One_object_that_fails_among_others_that_come_is_no_outage()
    {
        long before = log.Successes;
        log.Succeeded(First);
        log.AllFailed("500", before);
        Assert.False(log.IsOutage);
        Assert.Empty(lines);
    }
}
