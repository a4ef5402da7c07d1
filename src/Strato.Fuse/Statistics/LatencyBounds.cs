namespace Strato.Fuse.Statistics;

/// <summary>The bounds of the histograms of how long requests take: from what a warm lookup takes to what a server's timeout lets one wait.</summary>
public static class LatencyBounds
{
    private static readonly double[] Bounds =
        [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly long[] Ticks = [.. Bounds.Select(bound => (long)(bound * System.Diagnostics.Stopwatch.Frequency))];

    /// <summary>The upper bounds, inclusive, in seconds, ascending. There is one bucket more, for what takes longer than all.</summary>
    public static IReadOnlyList<double> Seconds => Bounds;

    /// <summary>The bucket of a time in ticks of the stopwatch. Most requests end within the first few.</summary>
    internal static int BucketOf(long ticks)
    {
        int bucket = 0;
        while (bucket < Ticks.Length && ticks > Ticks[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
