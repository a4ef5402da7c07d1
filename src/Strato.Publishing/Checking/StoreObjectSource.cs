using System.Buffers;
using Strato.Publishing.Objects;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Publishing.Checking;

/// <summary>A repository's own storage. Owns the store.</summary>
internal sealed class StoreObjectSource(IObjectStore store) : IObjectSource
{
    private const string Missing = "is missing";

    public string Location => store.Location;

    public Storage.Objects.IObjectSource Objects => store;

    public int Parallelism => Environment.ProcessorCount;

    public string? Feed(string key, IDownloadSink sink, CancellationToken cancellation)
    {
        using Stream? stream = Blocking.Wait(store.OpenReadAsync(key, range: null, cancellation));
        if (stream is null)
        {
            return Missing;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            sink.Begin();
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                if (sink.Write(buffer.AsSpan(0, count)) is { } problem)
                {
                    return problem;
                }
            }

            return sink.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public string? Probe(string key, CancellationToken cancellation) =>
        Blocking.Wait(store.ExistsAsync(key, cancellation)) ? null : Missing;

    public byte[]? ReadMutable(string key, int maximumLength, CancellationToken cancellation) =>
        Blocking.Wait(store.ReadAsync(key, maximumLength, cancellation))?.Bytes.ToArray();

    public void Dispose() => Blocking.Wait(store.DisposeAsync());
}
