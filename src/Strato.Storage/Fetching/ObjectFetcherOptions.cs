namespace Strato.Storage.Fetching;

/// <summary>The bounds of an <see cref="ObjectFetcher"/>.</summary>
public sealed record ObjectFetcherOptions
{
    /// <summary>How many objects are downloaded at once because somebody waits for them.</summary>
    public int Parallelism { get; init; } = 32;

    /// <summary>How long a request for what could not be fetched is answered with that failure; zero for not at all.</summary>
    public TimeSpan FailureMemory { get; init; }

    /// <summary>How many are downloaded at once beforehand.</summary>
    public int PrefetchParallelism { get; init; } = 4;

    /// <summary>How many objects wait to be downloaded beforehand; what is more is forgotten.</summary>
    public int PrefetchQueue { get; init; } = 1024;

    /// <summary>The most plain bytes of an object whose length nobody told, such as a catalog.</summary>
    public long MaximumUnknownLength { get; init; } = 4L << 30;
}
