namespace Strato.Commands;

/// <summary>What <c>strato abort --json</c> prints.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Dropped">Whether there was a transaction.</param>
internal sealed record AbortReport(string Repository, bool Dropped);
