using Strato.Publishing.Collecting;

namespace Strato.Publishing.Replication;

/// <summary>What came of a snapshot.</summary>
/// <param name="Repository">The replica's name.</param>
/// <param name="IsChanged">False where the source has the revision that the replica had already.</param>
/// <param name="Revision">The revision that is served now.</param>
/// <param name="RootCatalog">The hash of its root catalog.</param>
/// <param name="Tags">Named revisions that are here whole.</param>
/// <param name="Source">The server that it came from.</param>
/// <param name="Counts">What was fetched.</param>
public sealed record SnapshotOutcome(
    string Repository, bool IsChanged, ulong Revision, string RootCatalog, int Tags, string Source, SnapshotCounts Counts)
{
    /// <summary>Revisions that were wanted and that the source no longer has, each as a line.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>What came of the collection that followed; null where none was due.</summary>
    public CollectionOutcome? Collected { get; init; }
}
