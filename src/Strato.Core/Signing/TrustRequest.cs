namespace Strato.Core.Signing;

/// <summary>What a server sent, and what this machine holds against it.</summary>
public sealed record TrustRequest
{
    /// <summary>The content of <c>.cvmfspublished</c>.</summary>
    public required ReadOnlyMemory<byte> Manifest { get; init; }

    /// <summary>The content of <c>.cvmfswhitelist</c>.</summary>
    public required ReadOnlyMemory<byte> Whitelist { get; init; }

    /// <summary>The stored bytes of the object that the manifest's field X names: a zlib stream.</summary>
    public required ReadOnlyMemory<byte> CertificateObject { get; init; }

    /// <summary>The master keys, any of which may have signed.</summary>
    public required IReadOnlyList<MasterPublicKey> MasterKeys { get; init; }

    /// <summary>The fully qualified name of the repository that was asked for.</summary>
    public required string RepositoryName { get; init; }

    /// <summary>The time to hold the whitelist against.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the site refuses.</summary>
    public Blacklist Blacklist { get; init; } = Blacklist.Empty;
}
