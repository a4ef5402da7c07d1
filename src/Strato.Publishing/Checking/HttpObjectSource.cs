using Strato.Core;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>A repository that a server shows.</summary>
internal sealed class HttpObjectSource : IObjectSource
{
    private readonly string url;
    private readonly HttpSource source;

    public HttpObjectSource(string url)
    {
        this.url = url;
        source = new HttpSource(new HttpSourceOptions { Servers = [url] });
        Objects = new Storage.Http.HttpObjectSource(source);
    }

    public Storage.Objects.IObjectSource Objects { get; }

    public string Location => url;

    public int Parallelism => 8;

    public string? Feed(string key, IDownloadSink sink, CancellationToken cancellation) =>
        Describe(Blocking.Wait(source.DownloadAsync(new DownloadRequest("/" + key), sink, cancellation)), cancellation);

    public string? Probe(string key, CancellationToken cancellation)
    {
        // One byte is asked for, as servers answer HEAD less reliably; an object without any has no first byte to give.
        ByteRange? range = IsEmptyObject(key) ? null : new ByteRange(0, 1);
        MemorySink sink = new(maximumLength: int.MaxValue);
        return Describe(Blocking.Wait(source.DownloadAsync(new DownloadRequest("/" + key, range), sink, cancellation)), cancellation);
    }

    public byte[]? ReadMutable(string key, int maximumLength, CancellationToken cancellation)
    {
        MemorySink sink = new(maximumLength);
        FetchFailure? failure = Blocking.Wait(source.DownloadAsync(new DownloadRequest("/" + key, BypassCaches: true), sink, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return failure switch
        {
            null => sink.Bytes.ToArray(),
            { Kind: FetchFailureKind.NotFound } => null,
            _ => throw new StratoException($"cannot check {url}: {failure.Message}"),
        };
    }

    public void Dispose() => source.Dispose();

    private static bool IsEmptyObject(string key) => Enum.GetValues<HashAlgorithm>()
        .Any(algorithm => key == ObjectKey.Of(new ObjectName(ContentHasher.Hash(algorithm, []), ObjectKind.File)));

    private static string? Describe(FetchFailure? failure, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return failure switch
        {
            null => null,
            { Kind: FetchFailureKind.NotFound } => "is missing",
            _ => $"cannot be had: {failure.Message}",
        };
    }
}
