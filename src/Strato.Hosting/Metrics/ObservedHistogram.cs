namespace Strato.Hosting.Metrics;

/// <summary>
/// A histogram that is counted where even an instrument would cost too much, and read when somebody asks. System.Diagnostics.Metrics has observable
/// counters and gauges only.
/// </summary>
/// <param name="Name">Its name, as an instrument's.</param>
/// <param name="Unit">Its unit, as an instrument's.</param>
/// <param name="Description">What it is, for people.</param>
/// <param name="Bounds">The buckets' upper bounds, ascending.</param>
/// <param name="Read">Reads it; called by one thread at a time.</param>
public sealed record ObservedHistogram(
    string Name, string Unit, string Description, IReadOnlyList<double> Bounds, Func<IEnumerable<HistogramReading>> Read);
