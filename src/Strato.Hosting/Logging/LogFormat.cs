namespace Strato.Hosting.Logging;

/// <summary>How a log's lines look.</summary>
public enum LogFormat
{
    /// <summary>For people: <c>TIME LEVEL message</c>; in the journal, which has time and level of its own, the message alone.</summary>
    Text,

    /// <summary>For programs: one JSON object a line.</summary>
    Json,
}
