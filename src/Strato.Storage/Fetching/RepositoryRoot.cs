using Strato.Core.Signing;

namespace Strato.Storage.Fetching;

/// <summary>A repository's verified root and where it came from.</summary>
/// <param name="Trusted">The manifest, verified up to a master key.</param>
/// <param name="Problem">Null where a server gave it; else why none did, and the root is the last good one that this machine has
/// seen.</param>
public sealed record RepositoryRoot(TrustedManifest Trusted, string? Problem)
{
    /// <summary>True where it was kept from an earlier time because no server gives a good one now.</summary>
    public bool IsFromCache => Problem is not null;
}
