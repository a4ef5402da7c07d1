using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Publishing.Ingest;

/// <summary>How an archive is taken into a repository.</summary>
internal sealed record IngestOptions
{
    /// <summary>The directory that its names are below.</summary>
    public required RepositoryPath Target { get; init; }

    /// <summary>What is removed before.</summary>
    public required IReadOnlyList<RepositoryPath> Removed { get; init; }

    /// <summary>Gives the target a catalog of its own.</summary>
    public required bool MakesCatalog { get; init; }

    /// <summary>Who owns directories that the archive has no entries for, and markers.</summary>
    public required (uint Uid, uint Gid) Owner { get; init; }

    /// <summary>The modification time of the same, in seconds since 1970.</summary>
    public required long Time { get; init; }

    public required bool IncludesXattrs { get; init; }

    public required bool IncludesNanoseconds { get; init; }

    public required bool IgnoresSpecialFiles { get; init; }

    /// <summary>The largest file in bytes; 0 for any.</summary>
    public required long FileLimit { get; init; }

    /// <summary>Refuses a larger file; otherwise it is only reported.</summary>
    public required bool EnforcesLimits { get; init; }

    /// <summary>Puts the object of an empty file and returns it.</summary>
    public required Func<(ObjectHash Hash, CompressionAlgorithm Compression)> EmptyFile { get; init; }

    /// <summary>Takes warnings, each one line. Called from any thread.</summary>
    public required Action<string> Warn { get; init; }
}
