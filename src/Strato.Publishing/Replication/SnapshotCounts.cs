namespace Strato.Publishing.Replication;

/// <summary>How far a snapshot has come, or came.</summary>
/// <param name="Catalogs">Catalogs that were read.</param>
/// <param name="Objects">Objects that they name and that are there now.</param>
/// <param name="NewObjects">Objects that were fetched, catalogs among them.</param>
/// <param name="NewBytes">Their stored bytes.</param>
public readonly record struct SnapshotCounts(long Catalogs, long Objects, long NewObjects, long NewBytes);
