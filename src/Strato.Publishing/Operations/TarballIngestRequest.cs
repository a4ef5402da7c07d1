namespace Strato.Publishing.Operations;

/// <summary>A tarball that is to be taken in.</summary>
public sealed record TarballIngestRequest
{
    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>The archive, plain or gzipped, at its beginning. It stays the caller's.</summary>
    public required Stream Archive { get; init; }

    /// <summary>What people call the archive.</summary>
    public required string ArchiveName { get; init; }

    /// <summary>The absolute path in the repository that its names are below.</summary>
    public required string Target { get; init; }

    /// <summary>Absolute paths that are removed before.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>A name for the new revision; null for an automatic one where the settings ask for it.</summary>
    public string? Tag { get; init; }

    /// <summary>What the tag says about it.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>Gives the target a catalog of its own.</summary>
    public bool MakesCatalog { get; init; }
}
