using Strato.Core.Signing;

namespace Strato.Storage.Fetching;

/// <summary>Which repository to ask for, and whom to believe. Immutable.</summary>
public sealed record RepositorySourceOptions
{
    /// <summary>The fully qualified name.</summary>
    public required string RepositoryName { get; init; }

    /// <summary>The master keys, any of which may have signed the whitelist.</summary>
    public required IReadOnlyList<MasterPublicKey> MasterKeys { get; init; }

    /// <summary>
    /// What the site refuses, asked for at each fetch, so that a certificate can be revoked while a repository is in use. A
    /// <see cref="Core.StratoException"/> fails the fetch.
    /// </summary>
    public Func<Blacklist> ReadBlacklist { get; init; } = static () => Blacklist.Empty;

    /// <summary>The digest of the credential that the servers are asked with; empty for none. What was seen with one is not shown without it.</summary>
    public string Credential { get; init; } = "";

    /// <summary>The clock that the whitelist is held against.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
