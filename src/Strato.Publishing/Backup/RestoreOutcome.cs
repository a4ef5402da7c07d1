namespace Strato.Publishing.Backup;

/// <summary>What was put back.</summary>
/// <param name="Repository">The repository's name.</param>
/// <param name="BackupRevision">The revision of the backup.</param>
/// <param name="Revision">The revision that readers see now; null where the storage has none.</param>
/// <param name="HasPrivateKeys">True where it can be published.</param>
public sealed record RestoreOutcome(string Repository, ulong BackupRevision, ulong? Revision, bool HasPrivateKeys);
