namespace Strato.Testing.Genuine;

/// <summary>What a genuine client mounts, and from where.</summary>
public sealed record GenuineMount
{
    /// <summary>The fully qualified repository name.</summary>
    public required string Repository { get; init; }

    /// <summary>The repository's URL, such as <c>http://127.0.0.1:8000/cvmfs/REPOSITORY</c>.</summary>
    public required string Server { get; init; }

    /// <summary>The file of the master key's public half.</summary>
    public required string PublicKey { get; init; }

    /// <summary>A tag to pin, or null for the newest revision.</summary>
    public string? Tag { get; init; }

    /// <summary>Further <c>CVMFS_*</c> parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
