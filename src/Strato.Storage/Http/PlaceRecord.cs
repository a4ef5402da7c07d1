namespace Strato.Storage.Http;

/// <summary>What <see cref="RouteHealth"/> keeps of one place.</summary>
internal sealed class PlaceRecord
{
    /// <summary>The weight of the newest answer in <see cref="Latency"/>.</summary>
    private const double Weight = 1.0 / 8;

    public long Requests { get; set; }

    public long Failures { get; set; }

    public long ReceivedBytes { get; set; }

    public TimeSpan? Latency { get; private set; }

    public string? LastFailure { get; set; }

    public DateTimeOffset? LastFailureAt { get; set; }

    public DateTimeOffset? LeftAt { get; set; }

    public void TakeLatency(TimeSpan time) => Latency = Latency is { } average ? average + ((time - average) * Weight) : time;
}
