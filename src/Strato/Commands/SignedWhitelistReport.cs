namespace Strato.Commands;

/// <summary>What <c>strato sign-whitelist --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Expires">When clients stop to trust it (UTC).</param>
/// <param name="Fingerprints">The certificates that may sign.</param>
/// <param name="File">Where it is.</param>
internal sealed record SignedWhitelistReport(string Name, string Expires, IReadOnlyList<string> Fingerprints, string File);
