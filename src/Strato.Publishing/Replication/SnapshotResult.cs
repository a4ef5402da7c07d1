namespace Strato.Publishing.Replication;

/// <summary>How a service's snapshot ended.</summary>
/// <param name="Repository">The replica's name.</param>
/// <param name="Outcome">What came of it; null where it failed.</param>
/// <param name="Failure">Why it failed, one line; null where it did not.</param>
/// <param name="Duration">How long it took.</param>
public sealed record SnapshotResult(string Repository, SnapshotOutcome? Outcome, string? Failure, TimeSpan Duration);
