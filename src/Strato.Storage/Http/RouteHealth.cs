namespace Strato.Storage.Http;

/// <summary>How the servers and proxies of a source have done, for people and monitoring; nothing is decided by it. Thread-safe.</summary>
internal sealed class RouteHealth(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(bool IsProxy, string Address), PlaceRecord> records = [];

    /// <summary>Notes an attempt.</summary>
    /// <param name="route">Which way it went.</param>
    /// <param name="meter">What came.</param>
    /// <param name="failure">How it failed; null where it succeeded.</param>
    public void Note(in Route route, MeteredSink meter, FetchFailure? failure)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            Note(Of(isProxy: false, route.ServerUrl), meter, failure is { AtProxy: false } ? failure : null, failure is null, now);
            Note(Of(isProxy: true, route.Proxy.ToString()), meter, failure is { AtProxy: true } ? failure : null, failure is null, now);
        }
    }

    /// <summary>Notes that a server is not asked any more.</summary>
    public void LeftServer(in Route route) => Left(isProxy: false, route.ServerUrl);

    /// <summary>Notes that a proxy is not asked any more.</summary>
    public void LeftProxy(in Route route) => Left(isProxy: true, route.Proxy.ToString());

    /// <summary>All places of a way through a table, servers first, in the order of their use.</summary>
    public IReadOnlyList<PlaceHealth> Read(RouteTable routes)
    {
        (IReadOnlyList<string> servers, IReadOnlyList<IReadOnlyList<Proxy>> groups) = routes.Places;
        Route current = routes.Current;
        lock (gate)
        {
            return
            [
                .. servers.Select(server => Read(isProxy: false, server, 0, server == current.ServerUrl)),
                .. groups.SelectMany((group, index) => group.Select(proxy => Read(isProxy: true, proxy.ToString(), index, proxy == current.Proxy))),
            ];
        }
    }

    private static void Note(PlaceRecord record, MeteredSink meter, FetchFailure? failure, bool succeeded, DateTimeOffset now)
    {
        record.Requests++;
        record.ReceivedBytes += meter.Bytes;
        if (meter.Latency is { } latency)
        {
            record.TakeLatency(latency);
        }

        if (succeeded)
        {
            record.LeftAt = null;
        }

        // What the caller gave up, or what failed on this machine, says nothing about the place.
        if (failure is { IsFinal: false })
        {
            record.Failures++;
            record.LastFailure = failure.Message;
            record.LastFailureAt = now;
        }
    }

    private void Left(bool isProxy, string address)
    {
        lock (gate)
        {
            Of(isProxy, address).LeftAt ??= time.GetUtcNow();
        }
    }

    private PlaceHealth Read(bool isProxy, string address, int group, bool isCurrent)
    {
        PlaceRecord record = Of(isProxy, address);
        return new PlaceHealth(
            address,
            isProxy,
            isCurrent,
            group,
            record.Requests,
            record.Failures,
            record.ReceivedBytes,
            record.Latency,
            record.LastFailure,
            record.LastFailureAt,
            isCurrent ? null : record.LeftAt);
    }

    private PlaceRecord Of(bool isProxy, string address)
    {
        if (!records.TryGetValue((isProxy, address), out PlaceRecord? record))
        {
            record = new PlaceRecord();
            records.Add((isProxy, address), record);
        }

        return record;
    }
}
