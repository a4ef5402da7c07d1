namespace Strato.Terminal;

/// <summary>Progress for logs: a line when the work has gone on for a while, and then at most one every <see cref="Interval"/>.</summary>
internal sealed class PlainProgress : IProgressDisplay
{
    private readonly string title;
    private readonly TextWriter writer;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private long lastLine;

    public PlainProgress(string title, TextWriter writer, TimeProvider clock)
    {
        this.title = title;
        this.writer = writer;
        this.clock = clock;
        lastLine = clock.GetTimestamp();
    }

    /// <summary>The shortest time between two lines.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public void Report(string detail, double? fraction = null)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(lastLine) < Interval)
            {
                return;
            }

            lastLine = clock.GetTimestamp();
            writer.WriteLine(fraction is { } part ? $"{title}: {part:P0}, {detail}" : $"{title}: {detail}");
        }
    }

    public void Dispose()
    {
    }
}
