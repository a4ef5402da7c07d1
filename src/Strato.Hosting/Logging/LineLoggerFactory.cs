using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Strato.Hosting.Logging;

/// <summary>Loggers whose lines all go to one <see cref="LogWriter"/>.</summary>
public sealed class LineLoggerFactory(LogWriter output) : ILoggerFactory
{
    /// <summary>Plain lines on a writer that somebody else owns, without what is below <paramref name="minimum"/>.</summary>
    public LineLoggerFactory(TextWriter writer, TimeProvider clock, LogLevel minimum = LogLevel.Warning)
        : this(new LogWriter(writer, clock, minimum: minimum))
    {
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A host that fails to start logs that and throws it too: whoever catches it says it. What the web server's own parts have to say below a warning is
    /// about themselves.
    /// </remarks>
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal) ? NullLogger.Instance : output.CreateLogger(categoryName);

    /// <summary>Refuses: everything goes to the one writer.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("this log has one writer");

    public void Dispose()
    {
    }
}
