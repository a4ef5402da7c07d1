namespace Strato.Publishing.Operations;

/// <summary>A tree that is to be published.</summary>
public sealed record TreePublishRequest
{
    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>The source directory. A symbolic link to one is followed.</summary>
    public required string Source { get; init; }

    /// <summary>The absolute path in the repository that the directory becomes; <c>/</c> for the root.</summary>
    public string Target { get; init; } = "/";

    /// <summary>Removes from the target what the source does not have.</summary>
    public bool Deletes { get; init; }

    /// <summary>A name for the new revision; null for an automatic one where the settings ask for it.</summary>
    public string? Tag { get; init; }

    /// <summary>What the tag says about it.</summary>
    public string Message { get; init; } = string.Empty;
}
