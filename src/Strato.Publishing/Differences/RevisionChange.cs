using Strato.Core.Catalogs;
using Strato.Core.Paths;

namespace Strato.Publishing.Differences;

/// <summary>One entry that differs between two revisions.</summary>
/// <param name="Path">Where.</param>
/// <param name="Before">What was there; null where nothing was.</param>
/// <param name="After">What is there; null where nothing is.</param>
/// <param name="Differences">In what they differ; nothing where one of them is null.</param>
public sealed record RevisionChange(RepositoryPath Path, CatalogEntry? Before, CatalogEntry? After, EntryDifferences Differences);
