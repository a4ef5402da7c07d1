namespace Strato.Commands;

/// <summary>What <c>strato tag FQRN prune --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="DryRun">True where nothing was done.</param>
/// <param name="RemovedTags">The tags that are gone, or would go; newest first.</param>
internal sealed record PruneReport(string Name, bool DryRun, IReadOnlyList<TagReport> RemovedTags);
