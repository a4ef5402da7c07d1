using System.Threading.Channels;
using Strato.Core;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// Gets objects: from the cache, else from the servers into the cache, verified against the hash that names them before anybody can open
/// them. Requests for one object that meet share one download. Thread-safe.
/// </summary>
public sealed class ObjectFetcher : IAsyncDisposable
{
    private readonly ObjectCache cache;
    private readonly HttpSource objects;
    private readonly HttpSource? external;
    private readonly ObjectFetcherOptions options;
    private readonly SemaphoreSlim slots;
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectRequest, Flight> flights = [];
    private readonly RecentFailures failures;
    private readonly Channel<ObjectRequest> prefetches;
    private readonly CancellationTokenSource closing = new();
    private readonly Task[] prefetchers;

    /// <summary>Makes a fetcher over parts that stay the caller's and outlive it.</summary>
    /// <param name="cache">Where objects are kept.</param>
    /// <param name="objects">The repository's servers.</param>
    /// <param name="external">The servers of external files, null where there are none.</param>
    /// <param name="options">Bounds.</param>
    public ObjectFetcher(ObjectCache cache, HttpSource objects, HttpSource? external = null, ObjectFetcherOptions? options = null)
    {
        this.cache = cache;
        this.objects = objects;
        this.external = external;
        this.options = options ?? new ObjectFetcherOptions();
        slots = new SemaphoreSlim(this.options.Parallelism);
        failures = new RecentFailures(this.options.FailureMemory);
        prefetches = Channel.CreateBounded<ObjectRequest>(
            new BoundedChannelOptions(this.options.PrefetchQueue) { FullMode = BoundedChannelFullMode.DropOldest });
        prefetchers = [.. Enumerable.Range(0, this.options.PrefetchParallelism).Select(_ => Task.Run(PrefetchAsync))];
    }

    /// <summary>The cache that is filled.</summary>
    public ObjectCache Cache => cache;

    /// <summary>
    /// Opens an object, fetching it where the cache does not have it. Trouble with sources, and with this machine's disk, is in the result.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up; others who wait for the object still get it.</exception>
    public async ValueTask<FetchResult> FetchAsync(ObjectRequest request, CancellationToken cancellationToken = default)
    {
        if (cache.TryOpen(request.Entry, request.PlainLength, out OpenedObject opened))
        {
            return new FetchResult(opened);
        }

        if (FailedJustNow(request) is { } known)
        {
            return new FetchResult(known);
        }

        Flight flight = Board(request);
        try
        {
            return await flight.Landed.WaitAsync(cancellationToken) is { } failure ? new FetchResult(failure) : flight.Share();
        }
        finally
        {
            Leave(flight);
        }
    }

    /// <summary>
    /// Has objects fetched that will be wanted soon, such as the next chunks of a file; never waits, and forgets the oldest where there
    /// are too many.
    /// </summary>
    public void Prefetch(params ReadOnlySpan<ObjectRequest> requests)
    {
        foreach (ObjectRequest request in requests)
        {
            _ = prefetches.Writer.TryWrite(request);
        }
    }

    /// <summary>Ends all downloads; who waits gets a failure of kind <see cref="FetchFailureKind.Cancelled"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] landings;
        lock (gate)
        {
            if (closing.IsCancellationRequested)
            {
                return;
            }

            prefetches.Writer.TryComplete();
            closing.Cancel();
            landings = [.. flights.Values.Select(flight => flight.Landed)];
            foreach (Flight flight in flights.Values)
            {
                flight.Cancel();
            }
        }

        await Task.WhenAll(prefetchers);
        await Task.WhenAll(landings);
        slots.Dispose();
        closing.Dispose();
    }

    private async Task PrefetchAsync()
    {
        await foreach (ObjectRequest request in prefetches.Reader.ReadAllAsync())
        {
            if (closing.IsCancellationRequested)
            {
                return;
            }

            if (cache.Contains(request.Entry))
            {
                continue;
            }

            // What cannot be fetched beforehand shows when it is wanted.
            Flight flight = Board(request);
            _ = await flight.Landed;
            Leave(flight);
        }
    }

    private FetchFailure? FailedJustNow(in ObjectRequest request)
    {
        lock (gate)
        {
            return failures.Find(request);
        }
    }

    private Flight Board(in ObjectRequest request)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
            if (flights.TryGetValue(request, out Flight? flight) && !flight.Token.IsCancellationRequested)
            {
                flight.Holders++;
                return flight;
            }

            // One holder is the caller, the other the download.
            flight = new Flight { Holders = 2 };
            flights[request] = flight;
            ObjectRequest wanted = request;
            _ = Task.Run(() => FlyAsync(wanted, flight));
            return flight;
        }
    }

    private void Leave(Flight flight)
    {
        bool isLast;
        lock (gate)
        {
            flight.Holders--;
            isLast = flight.Holders == 0;
            if (flight.Holders == 1 && !flight.Landed.IsCompleted)
            {
                // Only the download itself is left.
                flight.Cancel();
            }
        }

        if (isLast)
        {
            flight.Dispose();
        }
    }

    private async Task FlyAsync(ObjectRequest request, Flight flight)
    {
        FetchFailure? failure = null;
        OpenedObject opened = default;
        try
        {
            await slots.WaitAsync(flight.Token);
            try
            {
                // The object may have come between the look into the cache and the boarding.
                if (!cache.TryOpen(request.Entry, request.PlainLength, out opened))
                {
                    (failure, opened) = await DownloadAsync(request, flight.Token);
                }
            }
            finally
            {
                slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            failure = Cancelled(request);
        }
        catch (Exception error)
        {
            // Whatever it was, those who wait must hear of it: a lost completion would hang a reader for ever.
            string reason = error is StratoException ? error.Message : $"{error.GetType().Name}: {error.Message}";
            failure = new FetchFailure(FetchFailureKind.Local, AtProxy: false, $"fetching {request.Entry.Name}: {reason}");
        }

        lock (gate)
        {
            if (flights.TryGetValue(request, out Flight? current) && current == flight)
            {
                flights.Remove(request);
            }

            if (failure is not null)
            {
                failures.Add(request, failure);
            }
        }

        if (failure is null)
        {
            flight.Succeed(opened);
        }
        else
        {
            flight.Fail(failure);
        }

        Leave(flight);
    }

    private static FetchFailure Cancelled(in ObjectRequest request) =>
        new(FetchFailureKind.Cancelled, AtProxy: false, $"fetching {request.Entry.Name}: cancelled");

    private async ValueTask<(FetchFailure? Failure, OpenedObject Opened)> DownloadAsync(
        ObjectRequest request, CancellationToken cancellationToken)
    {
        HttpSource? source = request.ExternalPath is null ? objects : external;
        if (source is null)
        {
            string problem = $"fetching {request.ExternalPath}: no server of external files is configured; set CVMFS_EXTERNAL_URL";
            return (new FetchFailure(FetchFailureKind.Local, AtProxy: false, problem), default);
        }

        using CacheWriter writer = cache.BeginWrite(request.Entry, request.IsVolatile);
        using ObjectSink sink = new(request, writer, options.MaximumUnknownLength);
        DownloadRequest download = new(request.ExternalPath ?? "/" + request.Entry.Name.StoragePath, request.ExternalRange);
        FetchFailure? failure = await source.DownloadAsync(download, sink, cancellationToken);
        return failure is null
            ? (null, writer.Commit())
            : (failure with { Message = $"cannot fetch {failure.Message}{source.TriedNote}" }, default);
    }
}
