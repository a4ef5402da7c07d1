using System.Security.Cryptography;
using Strato.Core;

namespace Strato.Storage.Http;

/// <summary>
/// Downloads from a list of servers through a list of proxies until one of them gives bytes that the caller accepts. Thread-safe.
/// </summary>
/// <remarks>
/// The order of the genuine client, with one change. Bytes that are refused are asked for once more past the proxies' caches, then
/// elsewhere. Trouble at a proxy leaves the proxy, and with all proxies used up, the server; trouble at a server leaves the server. A
/// connection that broke is tried again at once, at the same place. The change: pauses are made only once every place has failed, not
/// before leaving the first one.
/// </remarks>
public sealed class HttpSource : IDisposable
{
    private readonly HttpSourceOptions options;
    private readonly RouteTable routes;
    private readonly HttpTransport transport;
    private readonly RouteLog log;
    private readonly RouteHealth health;

    /// <summary>Makes a source; nothing is connected yet.</summary>
    /// <exception cref="StratoException">No server is named, or an address is not one.</exception>
    public HttpSource(HttpSourceOptions options)
    {
        this.options = options;
        routes = new RouteTable(options, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
        transport = new HttpTransport(options);
        log = new RouteLog(routes.Current, options.Notice);
        health = new RouteHealth(options.Time);
    }

    /// <summary>How many servers there are.</summary>
    public int ServerCount => routes.ServerCount;

    /// <summary>The server in use now.</summary>
    public string CurrentServer => routes.Current.ServerUrl;

    /// <summary>The proxy in use now, <c>DIRECT</c> for none.</summary>
    public string CurrentProxy => routes.Current.Proxy.ToString();

    /// <summary>True while nothing that is asked for comes from any server.</summary>
    public bool IsOutage => log.IsOutage;

    /// <summary>The servers, and the groups of proxies, each in the order in which they are used.</summary>
    public (IReadOnlyList<string> Servers, IReadOnlyList<IReadOnlyList<Proxy>> Proxies) Places => routes.Places;

    /// <summary>How the servers and proxies have done, in the order of their use.</summary>
    public IReadOnlyList<PlaceHealth> Health => health.Read(routes);

    /// <summary>Goes to the next server, because a person says so.</summary>
    public void SwitchServer() => routes.SwitchServer();

    /// <summary>Goes to the next group of proxies, because a person says so.</summary>
    public void SwitchProxyGroup() => routes.SwitchProxyGroup();

    /// <summary>Uses other servers from now on.</summary>
    /// <exception cref="StratoException">There is none, or one is no address.</exception>
    public void SetServers(IEnumerable<string> addresses) => routes.SetServers(addresses);

    /// <summary>Uses other proxies from now on.</summary>
    public void SetProxies(ProxySpec proxies) => routes.SetProxies(proxies);

    /// <summary>Goes to the next server, because what this one gives cannot be used.</summary>
    /// <param name="problem">Why not, for the log.</param>
    public void LeaveServer(string problem)
    {
        Route route = routes.Current;
        LeaveServer(route, problem);
    }

    /// <summary>Downloads into a sink; null where that succeeded, else what went wrong at last.</summary>
    /// <exception cref="StratoException">The sink failed.</exception>
    public async ValueTask<FetchFailure?> DownloadAsync(
        DownloadRequest request, IDownloadSink sink, CancellationToken cancellationToken = default)
    {
        long successesBefore = log.Successes;
        for (int round = 0; ; round++)
        {
            FetchFailure? failure = await TryEverywhereAsync(request, sink, cancellationToken);
            bool worthAnother = failure is { IsFinal: false, Kind: not FetchFailureKind.BadData and not FetchFailureKind.NotFound };
            if (!worthAnother)
            {
                return failure;
            }

            // While nothing comes from anywhere, one round is enough to find out whether that is still so.
            if (round >= options.Retries || log.IsOutage)
            {
                log.AllFailed(failure!.Message, successesBefore);
                return failure with { IsOutage = log.IsOutage };
            }

            try
            {
                await Task.Delay(Backoff(round), options.Time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return new FetchFailure(FetchFailureKind.Cancelled, AtProxy: false, $"{request.Path}: cancelled");
            }
        }
    }

    /// <summary>Downloads something small whole.</summary>
    /// <exception cref="StratoException">It cannot be had from anywhere.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> DownloadAsync(
        string path, int maximumLength, CancellationToken cancellationToken = default)
    {
        MemorySink sink = new(maximumLength);
        FetchFailure? failure = await DownloadAsync(new DownloadRequest(path), sink, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return failure is null ? sink.Bytes : throw new StratoException($"cannot fetch {failure.Message}{TriedNote}");
    }

    public void Dispose() => transport.Dispose();

    /// <summary>What else was tried, for the end of a message.</summary>
    internal string TriedNote => (routes.ServerCount, routes.ProxyCount) switch
    {
        (1, 1) => string.Empty,
        (int servers, 1) => $" (the last of {servers} servers tried)",
        (int servers, int proxies) => $" (the last of {servers} servers and {proxies} proxies tried)",
    };

    /// <summary>One round: every server and proxy until one succeeds.</summary>
    private async ValueTask<FetchFailure?> TryEverywhereAsync(
        DownloadRequest request, IDownloadSink sink, CancellationToken cancellationToken)
    {
        List<int> failedServers = [];
        int usedProxies = 1;
        bool repeated = false;
        DownloadRequest current = request;
        while (true)
        {
            Route route = failedServers.Count == 0 ? routes.Current : routes.CurrentUnless(failedServers);
            MeteredSink metered = new(sink, options.Time);
            FetchFailure? failure = route.ServerUrl.StartsWith(FileTransport.Scheme, StringComparison.Ordinal)
                ? FileTransport.Try(route.ServerUrl, current, metered, cancellationToken)
                : await transport.TryAsync(route, current, metered, cancellationToken);
            health.Note(route, metered, failure);
            if (failure is null)
            {
                log.Succeeded(route);
                return null;
            }

            if (failure.IsFinal)
            {
                return failure;
            }

            if (failure.Kind == FetchFailureKind.BadData && !current.BypassCaches)
            {
                current = request with { BypassCaches = true };
                continue;
            }

            if (failure.IsBrokenTransfer && !repeated && options.Retries > 0)
            {
                repeated = true;
                continue;
            }

            current = request;
            repeated = false;
            if (failure.AtProxy && usedProxies < routes.ProxyCount)
            {
                usedProxies++;
                log.Failed(route, failure.Message);
                health.LeftProxy(route);
                routes.LeaveProxy(route);
            }
            else if (failedServers.Count + 1 < routes.ServerCount)
            {
                failedServers.Add(route.Server);
                usedProxies = 1;
                LeaveServer(route, failure.Message);
            }
            else
            {
                return failure;
            }
        }
    }

    private void LeaveServer(in Route route, string problem)
    {
        log.Failed(route, problem);
        if (routes.ServerCount > 1)
        {
            health.LeftServer(route);
        }

        routes.LeaveServer(route);
    }

    private TimeSpan Backoff(int round)
    {
        double seconds = options.FirstBackoff.TotalSeconds * Math.Pow(2, round);
        return TimeSpan.FromSeconds(Math.Min(seconds, options.LongestBackoff.TotalSeconds));
    }
}
