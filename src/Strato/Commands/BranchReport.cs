namespace Strato.Commands;

/// <summary>A branch as <c>strato tag FQRN branches --json</c> prints it.</summary>
/// <param name="Name">The branch; empty for the default one.</param>
/// <param name="Parent">The branch that it started from; null for the default one.</param>
/// <param name="InitialRevision">Its first revision.</param>
internal sealed record BranchReport(string Name, string? Parent, ulong InitialRevision);
