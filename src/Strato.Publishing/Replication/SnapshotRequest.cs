using Strato.Publishing.Collecting;

namespace Strato.Publishing.Replication;

/// <summary>What is to be snapshotted.</summary>
public sealed record SnapshotRequest
{
    /// <summary>The replica's name.</summary>
    public required string Repository { get; init; }

    /// <summary>True where a revision older than the present one is taken, because an operator says so.</summary>
    public bool AcceptsOlder { get; init; }

    /// <summary>Told several times a second how far it is. Called from any thread.</summary>
    public Action<SnapshotCounts> Progress { get; init; } = static _ => { };

    /// <summary>Told how far the collection is that follows a snapshot where one is due. Called from any thread.</summary>
    public Action<CollectionProgress> Collecting { get; init; } = static _ => { };
}
