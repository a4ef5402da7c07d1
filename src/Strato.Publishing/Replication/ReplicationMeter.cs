using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Strato.Publishing.Replication;

/// <summary>Counts a service's snapshots. See docs/metrics.md.</summary>
public sealed class ReplicationMeter : IDisposable
{
    private readonly ConcurrentDictionary<string, (double Time, long Revision)> served = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly Counter<long> snapshots;
    private readonly Counter<long> objects;
    private readonly Counter<long> bytes;
    private readonly Histogram<double> durations;

    /// <summary>Nothing is counted yet.</summary>
    public ReplicationMeter(TimeProvider clock)
    {
        this.clock = clock;
        snapshots = Instruments.CreateCounter<long>("strato.replica.snapshots", "{snapshot}", "Snapshots that ended, by repository and result: new, unchanged, failed.");
        objects = Instruments.CreateCounter<long>("strato.replica.fetched.objects", "{object}", "Objects that snapshots fetched, by repository.");
        bytes = Instruments.CreateCounter<long>("strato.replica.fetched", "By", "Stored bytes that snapshots fetched, by repository.");
        durations = Instruments.CreateHistogram<double>("strato.replica.snapshot.duration", "s", "How long snapshots took.");
        Instruments.CreateObservableGauge("strato.replica.last.success", () => Read(one => one.Time), "s", "When the last snapshot succeeded, in seconds of Unix time, by repository.");
        Instruments.CreateObservableGauge("strato.replica.revision", () => Read(one => (double)one.Revision), "{revision}", "The revision that is served, by repository.");
    }

    /// <summary>The instruments, for a page.</summary>
    public Meter Instruments { get; } = new("Strato.Replication");

    /// <summary>Counts a snapshot. Any thread.</summary>
    public void Add(SnapshotResult result)
    {
        KeyValuePair<string, object?> repository = new("repository", result.Repository);
        string kind = result.Outcome is not { } outcome ? "failed" : outcome.IsChanged ? "new" : "unchanged";
        snapshots.Add(1, repository, new KeyValuePair<string, object?>("result", kind));
        durations.Record(result.Duration.TotalSeconds);
        if (result.Outcome is { } done)
        {
            objects.Add(done.Counts.NewObjects, repository);
            bytes.Add(done.Counts.NewBytes, repository);
            served[result.Repository] = (clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, (long)done.Revision);
        }
    }

    public void Dispose() => Instruments.Dispose();

    private IEnumerable<Measurement<double>> Read(Func<(double Time, long Revision), double> select) =>
        served.Select(one => new Measurement<double>(select(one.Value), new KeyValuePair<string, object?>("repository", one.Key)));
}
