using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Strato.Hosting.Logging;

/// <summary>
/// A log of plain lines, <c>TIME LEVEL message</c>, on a writer that somebody else owns. For a daemon whose standard error goes to a
/// terminal, a file or the journal.
/// </summary>
public sealed class LineLoggerFactory : ILoggerFactory
{
    private readonly LineLogger logger;

    /// <summary>Makes a log that leaves out what is below <paramref name="minimum"/>.</summary>
    public LineLoggerFactory(TextWriter writer, TimeProvider clock, LogLevel minimum = LogLevel.Warning) =>
        logger = new LineLogger(writer, clock, minimum);

    /// <inheritdoc/>
    /// <remarks>A host that fails to start logs that and throws it too: whoever catches it says it.</remarks>
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal) ? NullLogger.Instance : logger;

    /// <summary>Refuses: everything goes to the one writer.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("this log has one writer");

    public void Dispose()
    {
    }
}
