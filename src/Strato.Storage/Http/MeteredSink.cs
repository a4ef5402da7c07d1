namespace Strato.Storage.Http;

/// <summary>Counts what comes of one attempt on its way to a sink.</summary>
internal sealed class MeteredSink(IDownloadSink sink, TimeProvider time) : IDownloadSink
{
    private readonly long started = time.GetTimestamp();

    /// <summary>Bytes that came.</summary>
    public long Bytes { get; private set; }

    /// <summary>How long the answer took to begin; null where none began.</summary>
    public TimeSpan? Latency { get; private set; }

    public void Begin() => sink.Begin();

    public void Announce(long? length, DateTimeOffset? lastModified)
    {
        Latency ??= time.GetElapsedTime(started);
        sink.Announce(length, lastModified);
    }

    public string? Write(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        return sink.Write(bytes);
    }

    public string? Finish() => sink.Finish();
}
