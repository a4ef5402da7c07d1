namespace Strato.Publishing.Backup;

/// <summary>The first entry of a backup, <c>backup.json</c>: what it is, and what everything in it hashes to.</summary>
internal sealed record BackupDocument
{
    public const string KnownFormat = "strato-backup-1";

    public required string Format { get; init; }

    /// <summary>The repository's name.</summary>
    public required string Repository { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>The revision that readers saw then.</summary>
    public required ulong Revision { get; init; }

    /// <summary>Its root catalog.</summary>
    public required string RootCatalog { get; init; }

    /// <summary><c>sealed</c> or <c>none</c>: how private keys are in it.</summary>
    public required string PrivateKeys { get; init; }

    /// <summary>The SHA-256 of each other entry by its name, in hexadecimal.</summary>
    public required Dictionary<string, string> Files { get; init; }
}
