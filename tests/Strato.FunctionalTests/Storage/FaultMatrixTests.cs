using System.Diagnostics;
using System.Security.Cryptography;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Http;

namespace Strato.FunctionalTests.Storage;

/// <summary>
/// Every fault of a network, alone and with every other one at the next server: the right bytes or one clear failure, within the time that the configuration
/// allows, and nothing wrong in the cache.
/// </summary>
public sealed class FaultMatrixTests : IDisposable
{
    private const int PairsInOneRun = 120;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);
    private static readonly GoldenRepository Repository = GoldenRepository.Sha1;
    private static readonly GoldenFile File = GoldenFile.List(Repository, "trunk").Where(file => file.Size is > 500 and < 100_000).MaxBy(file => file.Size)!;

    private readonly TemporaryFolder folder = new(inMemory: true);

    public static TheoryData<NetworkFault> Faults => [.. FaultyServer.Faults];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Alone_it_is_a_failure_in_one_line_and_in_time(NetworkFault fault)
    {
        (FetchFailure? failure, TimeSpan time) = await FetchAsync(fault);
        Assert.Equal(FaultyServer.Passes(fault), failure is null);
        Assert.DoesNotContain('\n', failure?.Message ?? "");
        AssertInTime(time, servers: 1);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task With_an_honest_server_behind_it_the_bytes_are_right(NetworkFault fault)
    {
        (FetchFailure? failure, TimeSpan time) = await FetchAsync(fault, NetworkFault.None);
        Assert.Null(failure);
        AssertInTime(time, servers: 2);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task At_a_proxy_it_is_left_for_the_next_proxy_or_told_to_be_the_server_s(NetworkFault fault)
    {
        await using FaultyServer origin = new(Honest());
        await using FaultyServer proxy = new(Honest());
        string address = proxy.AddressWith(fault);
        HttpSourceOptions options = Options([origin.Address + Prefix]) with { Proxies = ProxySpec.Parse($"{address};DIRECT") };
        (FetchFailure? failure, TimeSpan time) = await FetchAsync(options);

        // An answer in good order may be the server's, and then another proxy gives the same.
        bool mayBeServers = fault is NetworkFault.CaptivePortal or NetworkFault.NotFound or NetworkFault.TooManyRequests or NetworkFault.ServerError
            or NetworkFault.BadGateway or NetworkFault.Unavailable or NetworkFault.RedirectLoop or NetworkFault.Gzipped or NetworkFault.WrongRange
            or NetworkFault.WrongBytes or NetworkFault.EndlessBody or NetworkFault.LengthTooShort;
        Assert.True(failure is null || mayBeServers, failure?.Message);
        AssertInTime(time, servers: 2);
    }

    [Fact]
    public async Task Any_two_end_in_time_and_an_honest_server_behind_them_gives_the_bytes()
    {
        // Each run takes others; the message of a failure names the seed.
        int seed = Environment.TickCount;
        (NetworkFault First, NetworkFault Second)[] pairs = [.. FaultyServer.Faults.SelectMany(first => FaultyServer.Faults.Select(second => (first, second)))];
        new Random(seed).Shuffle(pairs);
        await Parallel.ForEachAsync(pairs.Take(PairsInOneRun), new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Token }, async (pair, _) =>
        {
            (FetchFailure? failure, TimeSpan time) = await FetchAsync(pair.First, pair.Second);
            bool mayPass = FaultyServer.Passes(pair.First) || FaultyServer.Passes(pair.Second);
            Assert.True(mayPass == failure is null, $"{pair} with seed {seed}: {failure?.Message ?? "the bytes came"}");
            AssertInTime(time, servers: 2);

            (failure, time) = await FetchAsync(pair.First, pair.Second, NetworkFault.None);
            Assert.True(failure is null, $"{pair} with seed {seed}: {failure?.Message}");
            AssertInTime(time, servers: 3);
        });
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_signed_root_comes_from_the_next_server_or_is_refused_in_one_line_and_in_time(NetworkFault fault)
    {
        await using FaultyServer bad = new(Honest());
        await using FaultyServer good = new(Honest());
        string[] addresses = [bad.AddressWith(fault) + Prefix, good.Address + Prefix];
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = folder["cache"] });
        using HttpSource both = Source(addresses);
        using RepositorySource roots = new(Trust(), both, cache);
        long started = Stopwatch.GetTimestamp();
        Assert.False((await roots.FetchAsync(Token)).IsFromCache);
        AssertInTime(Stopwatch.GetElapsedTime(started), servers: 2, requests: 3);

        using ObjectCache other = ObjectCache.Open(new CacheOptions { Directory = folder["other"] });
        using HttpSource alone = Source(addresses[..1]);
        using RepositorySource refused = new(Trust(), alone, other);
        started = Stopwatch.GetTimestamp();
        if (fault == NetworkFault.TruncatedOnce)
        {
            await refused.FetchAsync(Token);
        }
        else
        {
            StratoException error = await Assert.ThrowsAnyAsync<StratoException>(async () => await refused.FetchAsync(Token));
            Assert.DoesNotContain('\n', error.Message);
        }

        AssertInTime(Stopwatch.GetElapsedTime(started), servers: 1, requests: 6);
    }

    public void Dispose() => folder.Dispose();

    private static string Prefix => $"/cvmfs/{Repository.Name}";

    private static Func<PeerRequest, PeerReply> Honest() => ScriptedPeer.Directory(Prefix, Repository.Storage);

    private static HttpSource Source(IReadOnlyList<string> servers) => new(Options(servers));

    private static HttpSourceOptions Options(IReadOnlyList<string> servers) => new()
    {
        Servers = servers,
        Timeout = Timeout,
        TimeoutDirect = Timeout,
        Retries = 1,
        FirstBackoff = TimeSpan.FromMilliseconds(10),
        LongestBackoff = TimeSpan.FromMilliseconds(10),
    };

    private static RepositorySourceOptions Trust() => new()
    {
        RepositoryName = Repository.Name,
        MasterKeys = MasterPublicKey.Load(Repository.PublicKey),
    };

    /// <summary>Each server is tried twice in each of two rounds, and each try may take the time limit; on a busy machine the rest takes some seconds.</summary>
    private static void AssertInTime(TimeSpan time, int servers, int requests = 1) =>
        Assert.InRange(time, TimeSpan.Zero, (Timeout * (4 * servers * requests)) + TimeSpan.FromSeconds(10));

    private async Task<(FetchFailure? Failure, TimeSpan Time)> FetchAsync(params NetworkFault[] faults)
    {
        FaultyServer[] servers = [.. faults.Select(_ => new FaultyServer(Honest()))];
        try
        {
            return await FetchAsync(Options([.. servers.Zip(faults, (server, fault) => server.AddressWith(fault) + Prefix)]));
        }
        finally
        {
            foreach (FaultyServer server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private async Task<(FetchFailure? Failure, TimeSpan Time)> FetchAsync(HttpSourceOptions options)
    {
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = folder[Guid.NewGuid().ToString("N")] });
        using HttpSource source = new(options);
        await using ObjectFetcher fetcher = new(cache, source);
        Assert.True(ObjectKey.TryParse(File.ObjectPath.AsSpan(1), out ObjectName name));
        ObjectRequest request = new(new CachedObject(name, CompressionAlgorithm.Zlib), File.Size);
        long started = Stopwatch.GetTimestamp();
        FetchResult result = await fetcher.FetchAsync(request, Token);
        TimeSpan time = Stopwatch.GetElapsedTime(started);
        Assert.Equal(result.Succeeded, cache.Contains(request.Entry));
        if (!result.Succeeded)
        {
            return (result.Failure, time);
        }

        using OpenedObject opened = result.Object;
        byte[] bytes = new byte[File.Size];
        Assert.Equal(Errno.None, PosixFile.ReadFullyAt(opened.File, bytes, 0, out _));
        Assert.Equal(File.Digest, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return (null, time);
    }
}
