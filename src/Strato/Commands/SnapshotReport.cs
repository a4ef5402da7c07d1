namespace Strato.Commands;

/// <summary>What <c>strato snapshot --json</c> prints of a replica.</summary>
/// <param name="Repository">The replica's name.</param>
/// <param name="Changed">Whether another revision is served than before.</param>
/// <param name="Revision">The revision that is served; 0 where the snapshot failed.</param>
/// <param name="RootCatalog">The hash of its root catalog.</param>
/// <param name="Source">The server that it came from.</param>
/// <param name="NewObjects">Objects that were fetched.</param>
/// <param name="NewBytes">Their stored bytes.</param>
/// <param name="Missing">Revisions that the source no longer has.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
internal sealed record SnapshotReport(
    string Repository, bool Changed, ulong Revision, string RootCatalog, string Source, long NewObjects, long NewBytes, IReadOnlyList<string> Missing, string? Error);
