using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Logging;

/// <summary>Writes what is logged under one category to a <see cref="LogWriter"/>.</summary>
internal sealed class LineLogger(LogWriter output, string category) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= output.Minimum;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string cause = exception is null ? "" : $": {exception.GetType().Name}: {exception.Message}";
        IReadOnlyList<KeyValuePair<string, object?>>? values = state as IReadOnlyList<KeyValuePair<string, object?>>;
        output.Write(new LogEvent(logLevel, eventId, category, formatter(state, exception) + cause, values));
    }
}
