using System.Diagnostics;
using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Storage.Http;
using Strato.Storage.Objects;
using Strato.Testing.Http;

namespace Strato.FunctionalTests.Storage;

/// <summary>Each way in which a server or a proxy can fail, on real sockets.</summary>
public sealed class HttpSourceTests
{
    private const string Path = "/data/ab/cdef";
    private static readonly byte[] Good = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("good bytes ", 20_000)));
    private static readonly ObjectHash Hash = ContentHasher.Hash(HashAlgorithm.Sha1, Good);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, FetchFailureKind> Misbehaviours => new()
    {
        { "404", FetchFailureKind.NotFound },
        { "500", FetchFailureKind.Status },
        { "403", FetchFailureKind.Status },
        { "html", FetchFailureKind.BadData },
        { "corrupt", FetchFailureKind.BadData },
        { "short, honestly", FetchFailureKind.BadData },
        { "endless", FetchFailureKind.BadData },
        { "short body", FetchFailureKind.ShortTransfer },
        { "reset", FetchFailureKind.ShortTransfer },
        { "no answer", FetchFailureKind.ShortTransfer },
        { "not HTTP", FetchFailureKind.ShortTransfer },
        { "hang", FetchFailureKind.TooSlow },
        { "drip", FetchFailureKind.TooSlow },
        { "redirect", FetchFailureKind.Status },
        { "down", FetchFailureKind.Connection },
        { "no such name", FetchFailureKind.Resolve },
    };

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task Alone_it_is_a_typed_failure_in_one_line(string misbehaviour, FetchFailureKind expected)
    {
        await using ScriptedPeer peer = new(_ => Reply(misbehaviour));
        using HttpSource source = Source([Address(misbehaviour, peer)]);
        FetchFailure? failure = await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token);
        Assert.NotNull(failure);
        Assert.Equal(expected, failure.Kind);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Contains(Path, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task It_is_left_for_the_next_server(string misbehaviour, FetchFailureKind kind)
    {
        _ = kind;
        await using ScriptedPeer bad = new(_ => Reply(misbehaviour));
        await using ScriptedPeer good = new(_ => PeerReply.Ok(Good));
        using HttpSource source = Source([Address(misbehaviour, bad), good.Address]);
        MemorySink sink = Sink();
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), sink, Token));
        Assert.Equal(Good, sink.Bytes.ToArray());

        // And it is not asked again.
        int asked = bad.Requests.Count;
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.Equal(asked, bad.Requests.Count);
        Assert.Equal(good.Address, source.CurrentServer);
    }

    [Fact]
    public async Task Bad_bytes_are_asked_for_once_more_past_the_proxy()
    {
        await using ScriptedPeer proxy = new(request => PeerReply.Ok(request.BypassesCaches ? Good : "stale"u8.ToArray()));
        using HttpSource source = Source(["http://stratum.invalid/cvmfs/x"], proxy.Address);
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.Equal([false, true], proxy.Requests.Select(request => request.BypassesCaches));
        Assert.All(proxy.Requests, request => Assert.Equal("http://stratum.invalid/cvmfs/x" + Path, request.Target));
    }

    [Fact]
    public async Task A_proxy_in_trouble_is_left_for_the_next_group()
    {
        await using ScriptedPeer broken = new(_ => new PeerReply { Status = 503, Headers = ["X-Squid-Error: ERR_CONNECT_FAIL 111"] });
        await using ScriptedPeer working = new(_ => PeerReply.Ok(Good));
        using HttpSource source = Source(["http://stratum.invalid"], $"{broken.Address};{working.Address}");
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.Single(broken.Requests);
        Assert.Equal(working.Address, source.CurrentProxy);
    }

    [Fact]
    public async Task A_servers_own_error_behind_a_proxy_leaves_the_server()
    {
        await using ScriptedPeer proxy = new(request =>
            request.Target.StartsWith("http://one.invalid", StringComparison.Ordinal) ? PeerReply.NotFound : PeerReply.Ok(Good));
        using HttpSource source = Source(["http://one.invalid", "http://two.invalid"], proxy.Address);
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.Equal("http://two.invalid", source.CurrentServer);
    }

    [Fact]
    public async Task With_all_proxies_down_every_server_is_still_tried()
    {
        using HttpSource source = Source(["http://one.invalid", "http://two.invalid"], "http://127.0.0.1:1|http://127.0.0.1:2;http://127.0.0.1:3");
        FetchFailure? failure = await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token);
        Assert.Equal(FetchFailureKind.Connection, failure!.Kind);
        Assert.True(failure.AtProxy);
        Assert.Equal("http://two.invalid", source.CurrentServer);
    }

    [Fact]
    public async Task A_connection_that_broke_once_is_tried_again_at_the_same_place()
    {
        await using ScriptedPeer peer = new(request => request.Number == 0 ? Reply("short body") : PeerReply.Ok(Good));
        await using ScriptedPeer other = new(_ => PeerReply.Ok(Good));
        using HttpSource source = Source([peer.Address, other.Address], retries: 1);
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.Equal(peer.Address, source.CurrentServer);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Further_rounds_come_after_a_pause()
    {
        await using ScriptedPeer peer = new(request => request.Number < 2 ? PeerReply.ServerError : PeerReply.Ok(Good));
        using HttpSource source = Source([peer.Address], retries: 2);
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.InRange(watch.ElapsedMilliseconds, 30, 20_000);
        Assert.Equal(3, peer.CountOf(Path));
    }

    [Fact]
    public async Task Redirects_are_followed_only_where_that_is_wanted()
    {
        await using ScriptedPeer elsewhere = new(_ => PeerReply.Ok(Good));
        await using ScriptedPeer peer = new(_ => PeerReply.Redirect(elsewhere.Address + "/moved"));
        using HttpSource source = new(Options([peer.Address]) with { FollowRedirects = true });
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        Assert.Equal(1, elsewhere.CountOf("/moved"));
    }

    [Theory]
    [InlineData("round")]
    [InlineData("file")]
    public async Task Redirects_that_lead_nowhere_end(string where)
    {
        await using ScriptedPeer peer = new(request => PeerReply.Redirect(where == "file" ? "file:///etc/passwd" : request.Path));
        using HttpSource source = new(Options([peer.Address]) with { FollowRedirects = true });
        FetchFailure? failure = await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token);
        Assert.Equal(FetchFailureKind.Status, failure!.Kind);
        Assert.InRange(peer.Requests.Count, 1, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ranges_work_with_servers_that_know_them_and_with_others(bool knows)
    {
        await using ScriptedPeer peer = new(request =>
        {
            Assert.Equal("bytes=5-14", request.Headers["Range"]);
            return knows ? new PeerReply { Status = 206, Body = Good[5..15] } : PeerReply.Ok(Good);
        });
        using HttpSource source = Source([peer.Address]);
        MemorySink sink = new(100);
        Assert.Null(await source.DownloadAsync(new DownloadRequest(Path, new ByteRange(5, 10)), sink, Token));
        Assert.Equal(Good[5..15], sink.Bytes.ToArray());
    }

    [Fact]
    public async Task Connections_are_kept()
    {
        await using ScriptedPeer peer = new(_ => PeerReply.Ok(Good));
        using HttpSource source = Source([peer.Address]);
        for (int request = 0; request < 5; request++)
        {
            Assert.Null(await source.DownloadAsync(new DownloadRequest(Path), Sink(), Token));
        }

        Assert.Equal(1, peer.Connections);
    }

    [Fact]
    public async Task Cancelling_ends_a_transfer_that_hangs()
    {
        await using ScriptedPeer peer = new(_ => new PeerReply { Hang = true });
        using HttpSource source = new(Options([peer.Address]) with { TimeoutDirect = TimeSpan.FromMinutes(5) });
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(50));
        FetchFailure? failure = await source.DownloadAsync(new DownloadRequest(Path), Sink(), cancellation.Token);
        Assert.Equal(FetchFailureKind.Cancelled, failure!.Kind);
    }

    [Fact]
    public async Task A_directory_serves_as_the_genuine_client_lets_it()
    {
        string directory = Directory.CreateTempSubdirectory("strato-file-").FullName;
        try
        {
            await File.WriteAllBytesAsync(System.IO.Path.Combine(directory, "a b"), Good, Token);
            using HttpSource source = Source(["file://" + directory]);
            MemorySink sink = Sink();
            Assert.Null(await source.DownloadAsync(new DownloadRequest(UrlPath.Encode("/a b"u8)), sink, Token));
            Assert.Equal(Good, sink.Bytes.ToArray());
            sink = new MemorySink(10);
            Assert.Null(await source.DownloadAsync(new DownloadRequest("/a%20b", new ByteRange(5, 10)), sink, Token));
            Assert.Equal(Good[5..15], sink.Bytes.ToArray());
            Assert.Equal(FetchFailureKind.NotFound, (await source.DownloadAsync(new DownloadRequest("/absent"), Sink(), Token))!.Kind);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Something_small_is_had_whole_or_fails_in_one_line()
    {
        await using ScriptedPeer peer = new(request => request.Path == "/yes" ? PeerReply.Ok(Good) : PeerReply.NotFound);
        using HttpSource source = Source([peer.Address, peer.Address + "/mirror"]);
        Assert.Equal(Good, (await source.DownloadAsync("/yes", Good.Length, Token)).ToArray());
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await source.DownloadAsync("/no", 10, Token));
        Assert.Equal($"cannot fetch {peer.Address}/mirror/no: the server answered 404 Scripted (the last of 2 servers tried)", error.Message);
    }

    private static MemorySink Sink() => new(Good.Length, Hash);

    private static string Address(string misbehaviour, ScriptedPeer peer) => misbehaviour switch
    {
        "down" => "http://127.0.0.1:1",
        "no such name" => "http://stratum.invalid",
        _ => peer.Address,
    };

    private static PeerReply Reply(string misbehaviour)
    {
        byte[] corrupt = [.. Good];
        corrupt[^1] ^= 1;
        return misbehaviour switch
        {
            "404" => PeerReply.NotFound,
            "500" => PeerReply.ServerError,
            "403" => new PeerReply { Status = 403 },
            "html" => PeerReply.Html,
            "corrupt" => PeerReply.Ok(corrupt),
            "short, honestly" => PeerReply.Ok(Good[..^5]),
            "endless" => PeerReply.Ok([.. Good, .. Good]),
            "short body" => new PeerReply { Body = Good, CloseAfter = 1000 },
            "reset" => new PeerReply { Body = Good, CloseAfter = 1000, Reset = true },
            "no answer" => new PeerReply { Raw = [] },
            "not HTTP" => new PeerReply { Raw = "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray() },
            "hang" => new PeerReply { Hang = true },
            "drip" => new PeerReply { Body = Good, DripBytes = 1, DripPause = TimeSpan.FromMilliseconds(100) },
            "redirect" => PeerReply.Redirect("http://127.0.0.1:1/elsewhere"),
            _ => PeerReply.Ok(Good),
        };
    }

    private static HttpSource Source(string[] servers, string? proxies = null, int retries = 0) =>
        new(Options(servers) with { Proxies = ProxySpec.Parse(proxies), Retries = retries });

    private static HttpSourceOptions Options(string[] servers) => new()
    {
        Servers = servers,
        Timeout = TimeSpan.FromSeconds(2),
        TimeoutDirect = TimeSpan.FromSeconds(2),
        FirstBackoff = TimeSpan.FromMilliseconds(20),
        Retries = 0,
    };
}
