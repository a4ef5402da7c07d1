namespace Strato.Commands;

/// <summary>What <c>strato keys FQRN rotate|retire|revoke --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="State">awaits-whitelist, rotated, retired, replaced, dropped, unknown or requested.</param>
/// <param name="Former">The certificate that was, or is gone.</param>
/// <param name="Current">The certificate that signs, or will.</param>
internal sealed record KeyRotationReport(string Name, string State, string? Former, string? Current);
