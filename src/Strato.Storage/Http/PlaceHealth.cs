namespace Strato.Storage.Http;

/// <summary>How a server or a proxy has done so far.</summary>
/// <param name="Address">The server's base address, or the proxy's; <c>DIRECT</c> for none.</param>
/// <param name="IsProxy">Whether it is a proxy.</param>
/// <param name="IsCurrent">Whether it is asked now.</param>
/// <param name="Group">A proxy's group, from 0: groups are used one after the other. 0 for a server.</param>
/// <param name="Requests">Attempts that went there.</param>
/// <param name="Failures">Those that failed through it.</param>
/// <param name="ReceivedBytes">Bytes of bodies that came from it, used or not.</param>
/// <param name="Latency">The average time to the first byte of an answer, the last ones counting most; null where none came.</param>
/// <param name="LastFailure">What went wrong there last, as one line; null for nothing.</param>
/// <param name="LastFailureAt">When that was.</param>
/// <param name="AvoidedSince">Since when another one is used in its place; null where none is.</param>
public sealed record PlaceHealth(
    string Address,
    bool IsProxy,
    bool IsCurrent,
    int Group,
    long Requests,
    long Failures,
    long ReceivedBytes,
    TimeSpan? Latency,
    string? LastFailure,
    DateTimeOffset? LastFailureAt,
    DateTimeOffset? AvoidedSince);
