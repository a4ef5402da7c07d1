using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Logging;

/// <summary>Something that is logged.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Id">Which event; the name is the same in all versions of the program.</param>
/// <param name="Category">What it is about.</param>
/// <param name="Message">The line for people.</param>
/// <param name="Values">The named values in it; null for none.</param>
internal readonly record struct LogEvent(
    LogLevel Level, EventId Id, string Category, string Message, IReadOnlyList<KeyValuePair<string, object?>>? Values);
