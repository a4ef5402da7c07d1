namespace Strato.Publishing.Backup;

/// <summary>What a backup has.</summary>
/// <param name="Revision">The revision that readers saw.</param>
/// <param name="HasPrivateKeys">True where private keys are in it, encrypted.</param>
/// <param name="Files">How many entries.</param>
public sealed record BackupOutcome(ulong Revision, bool HasPrivateKeys, int Files);
