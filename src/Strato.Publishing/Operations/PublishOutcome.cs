namespace Strato.Publishing.Operations;

/// <summary>What an operation made of a repository.</summary>
/// <param name="IsChanged">False where there was nothing to change and so no new revision.</param>
/// <param name="Revision">The revision that readers see now.</param>
/// <param name="RootCatalog">Its root catalog.</param>
/// <param name="Entries">Files, links, special files and directories in it.</param>
/// <param name="Counts">What was read and stored.</param>
public sealed record PublishOutcome(bool IsChanged, ulong Revision, string RootCatalog, long Entries, PublishCounts Counts);
