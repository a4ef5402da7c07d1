namespace Strato.Publishing.Backup;

/// <summary>A backup that is to be put back.</summary>
public sealed record RestoreRequest
{
    /// <summary>The backup.</summary>
    public required string File { get; init; }

    /// <summary>Decrypts private keys; null leaves them out.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Where the repository's objects are; null for where the backup says.</summary>
    public string? Storage { get; init; }

    /// <summary>Where keys go; null for where the backup says.</summary>
    public string? Keys { get; init; }

    /// <summary>Replaces configuration and keys of a repository that the home has.</summary>
    public bool Replaces { get; init; }

    /// <summary>Told what is done, put back, kept or replaced, a line each.</summary>
    public Action<string> Tell { get; init; } = _ => { };
}
