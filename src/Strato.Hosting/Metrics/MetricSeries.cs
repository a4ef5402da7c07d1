namespace Strato.Hosting.Metrics;

/// <summary>The value of one set of labels: a number, or a histogram's buckets and sum.</summary>
internal sealed class MetricSeries(int buckets)
{
    /// <summary>The number, or a histogram's sum.</summary>
    public double Value { get; set; }

    /// <summary>How many fell into each bucket; the last is for what is above all bounds. Empty for a number.</summary>
    public long[] Buckets { get; } = new long[buckets];
}
