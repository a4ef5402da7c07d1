namespace Strato.Commands;

/// <summary>What <c>strato rollback --json</c> prints.</summary>
/// <param name="Name">The repository's name.</param>
/// <param name="DryRun">True where nothing was done.</param>
/// <param name="Revision">The revision that readers see then.</param>
/// <param name="RootCatalog">The hash of its root catalog; with a dry run that of the revision that would be repeated.</param>
/// <param name="Tag">The tag that was gone back to.</param>
/// <param name="RepeatedRevision">The revision that it named.</param>
/// <param name="RemovedTags">The names of later revisions, which are gone.</param>
internal sealed record RollbackReport(
    string Name, bool DryRun, ulong Revision, string RootCatalog, string Tag, ulong RepeatedRevision, IReadOnlyList<string> RemovedTags);
