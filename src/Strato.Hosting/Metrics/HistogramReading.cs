namespace Strato.Hosting.Metrics;

/// <summary>A histogram that was counted elsewhere, as it is now.</summary>
/// <param name="Tags">What it is of.</param>
/// <param name="Buckets">How many fell up to each bound and above the one before; the last, how many above all bounds.</param>
/// <param name="Sum">The sum of all.</param>
public sealed record HistogramReading(KeyValuePair<string, object?>[] Tags, IReadOnlyList<long> Buckets, double Sum);
