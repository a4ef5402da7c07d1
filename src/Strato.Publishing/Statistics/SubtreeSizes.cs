using Strato.Core.Paths;

namespace Strato.Publishing.Statistics;

/// <summary>How much a directory holds, with everything below it.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Entries">What is there, raw.</param>
/// <param name="Content">The distinct objects that its files need.</param>
/// <param name="Own">Those of them that nothing else in the revision needs.</param>
public sealed record SubtreeSizes(RepositoryPath Path, EntrySizes Entries, ContentSizes Content, ContentSizes Own);
