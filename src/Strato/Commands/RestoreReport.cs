namespace Strato.Commands;

/// <summary>What <c>strato restore --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="BackupRevision">The revision of the backup.</param>
/// <param name="Revision">The revision that readers see now; null where the storage lacks its objects.</param>
/// <param name="PrivateKeys">True where it can be published.</param>
/// <param name="Steps">What was put back, kept or replaced.</param>
internal sealed record RestoreReport(string Name, ulong BackupRevision, ulong? Revision, bool PrivateKeys, IReadOnlyList<string> Steps);
