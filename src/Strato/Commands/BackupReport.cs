namespace Strato.Commands;

/// <summary>What <c>strato backup --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="File">The backup.</param>
/// <param name="Revision">The revision that readers saw.</param>
/// <param name="PrivateKeys">True where private keys are in it, encrypted.</param>
/// <param name="Entries">How many entries it has.</param>
internal sealed record BackupReport(string Name, string File, ulong Revision, bool PrivateKeys, int Entries);
