namespace Strato.Testing;

/// <summary>A clock that stands still until a test moves it. Timers are not provided.</summary>
public sealed class ManualClock : TimeProvider
{
    private DateTimeOffset now;

    /// <summary>Starts at <paramref name="start"/>, or at the beginning of 2026.</summary>
    public ManualClock(DateTimeOffset? start = null) => now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    /// <summary>Moves the clock on.</summary>
    public void Advance(TimeSpan time) => now += time;
}
