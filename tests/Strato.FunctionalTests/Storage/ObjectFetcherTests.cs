using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Http;

namespace Strato.FunctionalTests.Storage;

public sealed class ObjectFetcherTests : IDisposable
{
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly ConcurrentDictionary<string, byte[]> served = new(StringComparer.Ordinal);
    private readonly ObjectCache cache;

    public ObjectFetcherTests() => cache = ObjectCache.Open(new CacheOptions { Directory = folder["cache"] });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cache.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(HashAlgorithm.Sha1, ObjectEncoding.Zlib, 300_000)]
    [InlineData(HashAlgorithm.Rmd160, ObjectEncoding.ZlibFast, 5)]
    [InlineData(HashAlgorithm.Shake128, ObjectEncoding.None, 300_000)]
    [InlineData(HashAlgorithm.Sha1, ObjectEncoding.Zlib, 0)]
    [InlineData(HashAlgorithm.Sha1, ObjectEncoding.None, 0)]
    public async Task A_miss_is_fetched_decoded_and_kept(HashAlgorithm algorithm, ObjectEncoding encoding, int length)
    {
        byte[] plain = Content(length);
        ObjectRequest request = Publish(plain, algorithm, encoding);
        await using ScriptedPeer peer = Peer();
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        for (int time = 0; time < 3; time++)
        {
            FetchResult result = await fetcher.FetchAsync(request, Token);
            Assert.True(result.Succeeded, result.Failure?.Message);
            using OpenedObject opened = result.Object;
            Assert.True(opened.IsCached);
            Assert.Equal(plain, Read(opened));
        }

        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task Requests_for_one_object_share_a_download()
    {
        byte[] plain = Content(100_000);
        ObjectRequest request = Publish(plain);
        using ManualResetEventSlim release = new();
        await using ScriptedPeer peer = new(asked =>
        {
            release.Wait(Token);
            return PeerReply.Ok(served[asked.Path]);
        });
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        Task<FetchResult>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => fetcher.FetchAsync(request, Token).AsTask())];
        release.Set();
        foreach (FetchResult result in await Task.WhenAll(waiting))
        {
            using OpenedObject opened = result.Object;
            Assert.Equal(plain, Read(opened));
        }

        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task Who_gives_up_does_not_take_the_object_from_others()
    {
        ObjectRequest request = Publish(Content(1000));
        using ManualResetEventSlim release = new();
        await using ScriptedPeer peer = new(asked =>
        {
            release.Wait(Token);
            return PeerReply.Ok(served[asked.Path]);
        });
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        using CancellationTokenSource impatient = new();
        Task<FetchResult> first = fetcher.FetchAsync(request, impatient.Token).AsTask();
        Task<FetchResult> second = fetcher.FetchAsync(request, Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.Set();
        FetchResult result = await second;
        Assert.True(result.Succeeded);
        result.Object.Dispose();
    }

    [Fact]
    public async Task A_download_that_nobody_waits_for_ends_and_can_be_asked_for_again()
    {
        ObjectRequest request = Publish(Content(1000));
        await using ScriptedPeer peer = new(asked => asked.Number == 0 ? new PeerReply { Hang = true } : PeerReply.Ok(served[asked.Path]));
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        using CancellationTokenSource impatient = new();
        Task<FetchResult> first = fetcher.FetchAsync(request, impatient.Token).AsTask();
        SpinWait.SpinUntil(() => peer.Requests.Count == 1, TimeSpan.FromSeconds(20));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        FetchResult result = await fetcher.FetchAsync(request, Token);
        Assert.True(result.Succeeded, result.Failure?.Message);
        result.Object.Dispose();
    }

    [Fact]
    public async Task Prefetched_objects_are_there_when_they_are_wanted()
    {
        ObjectRequest[] requests = [.. Enumerable.Range(0, 30).Select(index => Publish(Content(1000 + index)))];
        await using ScriptedPeer peer = Peer();
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        fetcher.Prefetch(requests);
        SpinWait.SpinUntil(() => Array.TrueForAll(requests, request => cache.Contains(request.Entry)), TimeSpan.FromSeconds(20));
        Assert.All(requests, request => Assert.True(cache.Contains(request.Entry)));
    }

    [Theory]
    [InlineData("tampered", "do not have the hash")]
    [InlineData("truncated", "ends too early")]
    [InlineData("trailing", "bytes follow its end")]
    [InlineData("garbage", "not what was stored")]
    [InlineData("html", "(it is a web page)")]
    public async Task Bad_bytes_never_reach_the_cache(string kind, string problem)
    {
        byte[] plain = Content(50_000);
        ObjectRequest request = Publish(plain);
        string path = "/" + request.Entry.Name.StoragePath;
        byte[] stored = served[path];
        served[path] = kind switch
        {
            "tampered" => Encode(Content(50_000, seed: 2), ObjectEncoding.Zlib),
            "truncated" => stored[..^20],
            "trailing" => [.. stored, 0],
            _ => Encoding.ASCII.GetBytes("<html>nothing here</html>"),
        };
        await using ScriptedPeer peer = new(asked => PeerReply.Ok(served[asked.Path]) with { ContentType = kind == "html" ? "text/html" : "application/octet-stream" });
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        FetchResult result = await fetcher.FetchAsync(request, Token);
        Assert.Equal(FetchFailureKind.BadData, result.Failure!.Kind);
        Assert.Contains(problem, result.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, cache.Status.Entries);
        Assert.False(cache.Contains(request.Entry));
    }

    [Theory]
    [InlineData(1000, -1)]
    [InlineData(-1, 1000)]
    public async Task A_bomb_is_stopped_at_the_length_that_the_catalog_tells(long exactly, long atMost)
    {
        ObjectRequest honest = Publish(new byte[50 << 20]);
        ObjectRequest claimed = honest with { PlainLength = exactly, MaximumLength = atMost };
        await using ScriptedPeer peer = Peer();
        using HttpSource source = Source(peer);

        // What other tests allocate meanwhile counts too: the least of several rounds is nearest to what the fetch takes.
        long least = long.MaxValue;
        for (int round = 0; round < 50 && least > 20 << 20; round++)
        {
            await using ObjectFetcher fetcher = new(cache, source);
            long before = GC.GetTotalAllocatedBytes();
            FetchResult result = await fetcher.FetchAsync(claimed, Token);
            least = Math.Min(least, GC.GetTotalAllocatedBytes() - before);
            Assert.Equal(FetchFailureKind.BadData, result.Failure!.Kind);
            Assert.Contains("unpacks to more than the 1000 bytes", result.Failure.Message, StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromMilliseconds(round * 10), Token);
        }

        Assert.InRange(least, 0, 20 << 20);
        Assert.Empty(Directory.GetFiles(folder["cache/txn"]));
    }

    [Fact]
    public async Task A_catalog_that_tells_a_wrong_length_neither_gets_nor_spoils_the_object()
    {
        ObjectRequest honest = Publish(Content(1000));
        await using ScriptedPeer peer = Peer();
        using HttpSource source = Source(peer);
        await using ObjectFetcher fetcher = new(cache, source);
        (await fetcher.FetchAsync(honest, Token)).Object.Dispose();
        FetchResult longer = await fetcher.FetchAsync(honest with { PlainLength = 1001 }, Token);
        Assert.Contains("has 1000 bytes where the catalog tells 1001", longer.Failure!.Message, StringComparison.Ordinal);
        Assert.True(cache.Contains(honest.Entry));
    }

    [Fact]
    public async Task External_files_come_by_path_and_are_held_against_the_hash_of_their_content()
    {
        byte[] content = Encoding.ASCII.GetBytes("external content\n");
        ObjectName name = new(ContentHasher.Hash(HashAlgorithm.Sha1, content), ObjectKind.File);
        ObjectRequest request = new(new CachedObject(name, CompressionAlgorithm.None), content.Length)
        {
            ExternalPath = UrlPath.Encode("/external/ext ü.txt"u8),
        };
        await using ScriptedPeer peer = new(asked =>
            asked.Path == "/data/external/ext%20%C3%BC.txt" ? PeerReply.Ok(content) : PeerReply.NotFound);
        using HttpSource objects = Source(peer);
        using HttpSource external = new(new HttpSourceOptions { Servers = [peer.Address + "/data"], Retries = 0 });
        await using ObjectFetcher fetcher = new(cache, objects, external);
        FetchResult result = await fetcher.FetchAsync(request, Token);
        Assert.True(result.Succeeded, result.Failure?.Message);
        using OpenedObject opened = result.Object;
        Assert.Equal(content, Read(opened));

        FetchResult chunk = await fetcher.FetchAsync(
            request with
            {
                Entry = new CachedObject(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, content.AsSpan(9, 7)), ObjectKind.Chunk), CompressionAlgorithm.None),
                PlainLength = 7,
                ExternalRange = new ByteRange(9, 7),
            },
            Token);
        Assert.True(chunk.Succeeded, chunk.Failure?.Message);
        using OpenedObject part = chunk.Object;
        Assert.Equal("content"u8.ToArray(), Read(part));
    }

    [Fact]
    public async Task Without_external_servers_an_external_file_is_a_clear_failure()
    {
        using HttpSource objects = new(new HttpSourceOptions { Servers = ["http://127.0.0.1:1"] });
        await using ObjectFetcher fetcher = new(cache, objects);
        FetchResult result = await fetcher.FetchAsync(Publish(Content(3)) with { ExternalPath = "/x" }, Token);
        Assert.Contains("set CVMFS_EXTERNAL_URL", result.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ending_the_fetcher_ends_what_is_waited_for()
    {
        ObjectRequest request = Publish(Content(1000));
        await using ScriptedPeer peer = new(_ => new PeerReply { Hang = true });
        using HttpSource source = Source(peer);
        ObjectFetcher fetcher = new(cache, source);
        Task<FetchResult> waiting = fetcher.FetchAsync(request, Token).AsTask();
        SpinWait.SpinUntil(() => peer.Requests.Count == 1, TimeSpan.FromSeconds(20));
        await fetcher.DisposeAsync();
        Assert.Equal(FetchFailureKind.Cancelled, (await waiting).Failure!.Kind);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await fetcher.FetchAsync(request, Token));
    }

    private static byte[] Content(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed + length).NextBytes(bytes.AsSpan(0, length / 2));
        return bytes;
    }

    private static byte[] Encode(byte[] plain, ObjectEncoding encoding)
    {
        using IEncoder encoder = Encoders.Create(encoding);
        ArrayBufferWriter<byte> output = new();
        encoder.Begin();
        encoder.Encode(plain, output);
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Read(OpenedObject opened)
    {
        byte[] bytes = new byte[opened.Length + 1];
        Assert.Equal(Errno.None, PosixFile.ReadFullyAt(opened.File, bytes, 0, out int count));
        return bytes[..count];
    }

    private ObjectRequest Publish(byte[] plain, HashAlgorithm algorithm = HashAlgorithm.Sha1, ObjectEncoding encoding = ObjectEncoding.Zlib)
    {
        byte[] stored = Encode(plain, encoding);
        ObjectName name = new(ContentHasher.Hash(algorithm, stored), ObjectKind.File);
        served["/" + name.StoragePath] = stored;
        return new ObjectRequest(new CachedObject(name, encoding == ObjectEncoding.None ? CompressionAlgorithm.None : CompressionAlgorithm.Zlib), plain.Length);
    }

    private ScriptedPeer Peer() => new(request => served.TryGetValue(request.Path, out byte[]? bytes) ? PeerReply.Ok(bytes) : PeerReply.NotFound);

    private static HttpSource Source(ScriptedPeer peer) => new(new HttpSourceOptions { Servers = [peer.Address], Retries = 0 });
}
