using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Logging;

/// <summary>See <see cref="LineLoggerFactory"/>.</summary>
internal sealed class LineLogger : ILogger
{
    private readonly TextWriter writer;
    private readonly TimeProvider clock;
    private readonly LogLevel minimum;
    private readonly Lock gate = new();

    public LineLogger(TextWriter writer, TimeProvider clock, LogLevel minimum)
    {
        this.writer = writer;
        this.clock = clock;
        this.minimum = minimum;
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string time = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string cause = exception is null ? "" : $": {exception.GetType().Name}: {exception.Message}";
        string line = $"{time} {logLevel} {formatter(state, exception)}{cause}".ReplaceLineEndings(" ");
        lock (gate)
        {
            writer.WriteLine(line);
        }
    }
}
