namespace Strato.Client.Control;

/// <summary>A server or proxy of <c>talk ... servers</c>.</summary>
/// <param name="Repository">Whose it is.</param>
/// <param name="Content">objects, or external for external files.</param>
/// <param name="Kind">server or proxy.</param>
/// <param name="Address">Its address; DIRECT for no proxy.</param>
/// <param name="Group">A proxy's group, from 0.</param>
/// <param name="IsCurrent">Whether it is asked now.</param>
/// <param name="Requests">Attempts that went there.</param>
/// <param name="Failures">Those that failed through it.</param>
/// <param name="ReceivedBytes">Bytes that came.</param>
/// <param name="LatencyMilliseconds">The average time to the first byte; null where none came.</param>
/// <param name="LastFailure">What went wrong there last; null for nothing.</param>
/// <param name="LastFailureAt">When that was.</param>
/// <param name="AvoidedSince">Since when another one is used in its place; null where none is.</param>
internal sealed record PlaceReport(
    string Repository,
    string Content,
    string Kind,
    string Address,
    int Group,
    bool IsCurrent,
    long Requests,
    long Failures,
    long ReceivedBytes,
    double? LatencyMilliseconds,
    string? LastFailure,
    DateTimeOffset? LastFailureAt,
    DateTimeOffset? AvoidedSince);
