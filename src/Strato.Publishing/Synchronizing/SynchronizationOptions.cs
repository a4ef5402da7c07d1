using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Nesting;

namespace Strato.Publishing.Synchronizing;

/// <summary>How a source tree is brought into a repository.</summary>
internal sealed record SynchronizationOptions
{
    /// <summary>The source directory, as bytes.</summary>
    public required byte[] Source { get; init; }

    /// <summary>The directory that it becomes.</summary>
    public required RepositoryPath Target { get; init; }

    /// <summary>What of the source is meant how.</summary>
    public required ISourceRules Rules { get; init; }

    /// <summary>Where nested catalogs are asked for by path.</summary>
    public required Dirtab Dirtab { get; init; }

    /// <summary>The owner of what is made besides the source: directories on the way to the target, markers.</summary>
    public required (uint Uid, uint Gid) Owner { get; init; }

    /// <summary>The modification time of the same, in seconds since 1970.</summary>
    public required long Time { get; init; }

    /// <summary>Puts the object of an empty file and returns it.</summary>
    public required Func<(ObjectHash Hash, CompressionAlgorithm Compression)> EmptyFile { get; init; }

    public bool IgnoresSpecialFiles { get; init; }

    /// <summary>The largest file in bytes; 0 for any.</summary>
    public long FileLimit { get; init; }

    /// <summary>Refuses a larger file; otherwise it is only reported.</summary>
    public bool EnforcesLimits { get; init; }

    /// <summary>Takes warnings, each one line. Called from any thread.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}
