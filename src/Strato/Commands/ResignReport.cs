namespace Strato.Commands;

/// <summary>What <c>strato resign --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="Expires">When clients stop to trust the whitelist (UTC).</param>
internal sealed record ResignReport(string Name, string Expires);
