namespace Strato.Benchmarks.Whole;

/// <summary>The times of one command over several runs.</summary>
/// <param name="Name">What was run, for people.</param>
/// <param name="Seconds">The wall-clock time of each run.</param>
/// <param name="Baseline">The name of the measurement that this one is compared with; null for a native tool.</param>
/// <param name="PeakMemory">The largest resident size of any run in bytes; null where it was not watched.</param>
internal sealed record Measurement(string Name, IReadOnlyList<double> Seconds, string? Baseline = null, long? PeakMemory = null)
{
    public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);
}
