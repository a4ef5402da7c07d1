using Strato.Storage.Http;

namespace Strato.Client.Attachments;

/// <summary>What a mount counts from its beginning. Written by all threads.</summary>
internal sealed class ClientCounters
{
    private long opens;
    private long listings;
    private long wants;
    private readonly long[] fetchFailures = new long[Enum.GetValues<FetchFailureKind>().Length];
    private long misses;
    private long evictions;
    private long downloads;
    private long receivedBytes;
    private long transferMilliseconds;
    private long inputOutputErrors;
    private long lastErrorTime;

    /// <summary>Files opened.</summary>
    public long Opens => Interlocked.Read(ref opens);

    /// <summary>Directory listings begun.</summary>
    public long Listings => Interlocked.Read(ref listings);

    /// <summary>Objects asked for, be they in the cache or not.</summary>
    public long Wants => Interlocked.Read(ref wants);

    /// <summary>Those that the cache did not have.</summary>
    public long Misses => Interlocked.Read(ref misses);

    /// <summary>How often this process made room in the cache.</summary>
    public long Evictions => Interlocked.Read(ref evictions);

    /// <summary>Objects that were brought in because somebody waited for them.</summary>
    public long Downloads => Interlocked.Read(ref downloads);

    /// <summary>Stored bytes of the objects that were brought in.</summary>
    public long ReceivedBytes => Interlocked.Read(ref receivedBytes);

    /// <summary>How long bringing them took, added up, in milliseconds.</summary>
    public long TransferMilliseconds => Interlocked.Read(ref transferMilliseconds);

    /// <summary>Requests answered with EIO.</summary>
    public long InputOutputErrors => Interlocked.Read(ref inputOutputErrors);

    /// <summary>When the last of these was, in seconds since 1970; 0 for never.</summary>
    public long LastErrorTime => Interlocked.Read(ref lastErrorTime);

    public void CountOpen() => Interlocked.Increment(ref opens);

    public void CountListing() => Interlocked.Increment(ref listings);

    public void CountWant() => Interlocked.Increment(ref wants);

    public void CountMiss() => Interlocked.Increment(ref misses);

    public void CountEviction() => Interlocked.Increment(ref evictions);

    public void CountFetchFailure(FetchFailureKind kind) => Interlocked.Increment(ref fetchFailures[(int)kind]);

    /// <summary>Fetches that somebody waited for and that failed everywhere, by how they failed at last.</summary>
    public long FetchFailures(FetchFailureKind kind) => Interlocked.Read(ref fetchFailures[(int)kind]);

    public void CountDownload(long bytes, TimeSpan duration)
    {
        Interlocked.Increment(ref downloads);
        Interlocked.Add(ref receivedBytes, bytes);
        Interlocked.Add(ref transferMilliseconds, (long)duration.TotalMilliseconds);
    }

    public void CountError(DateTimeOffset now)
    {
        Interlocked.Increment(ref inputOutputErrors);
        Interlocked.Exchange(ref lastErrorTime, now.ToUnixTimeSeconds());
    }
}
