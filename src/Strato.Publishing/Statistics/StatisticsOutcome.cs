using Strato.Core.Hashing;

namespace Strato.Publishing.Statistics;

/// <summary>What there is to tell of a repository's sizes.</summary>
public sealed record StatisticsOutcome
{
    public required string Repository { get; init; }

    /// <summary>The revision whose tree was counted.</summary>
    public required ulong Revision { get; init; }

    public required ObjectHash RootCatalog { get; init; }

    /// <summary>The catalogs of that revision.</summary>
    public required ContentSizes Catalogs { get; init; }

    /// <summary>The directories down to the depth that was asked for, in byte order of their paths; the root is the first.</summary>
    public required IReadOnlyList<SubtreeSizes> Subtrees { get; init; }

    /// <summary>The revisions, the oldest first.</summary>
    public required IReadOnlyList<RevisionGrowth> Revisions { get; init; }

    /// <summary>True where stored sizes were asked for.</summary>
    public required bool HasStoredSizes { get; init; }

    /// <summary>Catalogs that could not be read; what is below them is not counted.</summary>
    public required long MissingCatalogs { get; init; }

    /// <summary>Objects that the store does not have; their stored bytes are not counted.</summary>
    public required long MissingObjects { get; init; }
}
