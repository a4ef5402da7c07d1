using Strato.Client.Attachments;
using Strato.Core;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Reading;

/// <summary>The node's cache, filled by an attachment's fetcher. It owns neither.</summary>
internal sealed class CachedContentSource : IContentSource
{
    private readonly ObjectFetcher fetcher;
    private readonly ClientCounters counters;

    public CachedContentSource(ObjectFetcher fetcher, ClientCounters counters)
    {
        this.fetcher = fetcher;
        this.counters = counters;
    }

    /// <inheritdoc/>
    public bool IsVolatile { get; set; }

    /// <inheritdoc/>
    public bool TryOpen(in CachedObject content, long plainSize, out int descriptor)
    {
        counters.CountWant();
        if (fetcher.Cache.TryOpen(in content, plainSize, out descriptor, out _))
        {
            return true;
        }

        counters.CountMiss();
        return false;
    }

    /// <inheritdoc/>
    public bool Contains(in CachedObject content) => fetcher.Cache.Contains(in content);

    /// <inheritdoc/>
    public bool DropIfDamaged(in CachedObject content) => fetcher.Cache.RemoveIfDamaged(in content);

    /// <inheritdoc/>
    public async Task<FileDescriptor> FetchAsync(ObjectRequest request, CancellationToken cancellation)
    {
        long started = TimeProvider.System.GetTimestamp();
        FetchResult result = await fetcher.FetchAsync(request with { IsVolatile = IsVolatile }, cancellation);
        if (!result.Succeeded)
        {
            counters.CountFetchFailure(result.Failure.Kind);
            throw result.Failure.IsOutage ? new ServersDownException(result.Failure.Message) : new StratoException(result.Failure.Message);
        }

        counters.CountDownload(result.Object.Length, TimeProvider.System.GetElapsedTime(started));
        return result.Object.File;
    }

    /// <inheritdoc/>
    public bool Assemble(in CachedObject whole, IReadOnlyList<CachePart> parts, CancellationToken cancellation) =>
        fetcher.Cache.Assemble(in whole, parts, IsVolatile, cancellation);

    /// <inheritdoc/>
    public void Prefetch(in ObjectRequest request) => fetcher.Prefetch(request with { IsVolatile = IsVolatile });
}
