using Strato.Core.Signing;

namespace Strato.Publishing.Replication;

/// <summary>A source's signed root, verified up to a master key, as its servers send it.</summary>
/// <param name="Trusted">What was verified.</param>
/// <param name="Manifest">The content of <c>.cvmfspublished</c>.</param>
/// <param name="Whitelist">The content of <c>.cvmfswhitelist</c> that goes with it: the source's, or the replica's own where that is newer.</param>
/// <param name="Certificate">The stored bytes of the certificate's object.</param>
internal sealed record SourceRoot(
    TrustedManifest Trusted, ReadOnlyMemory<byte> Manifest, ReadOnlyMemory<byte> Whitelist, ReadOnlyMemory<byte> Certificate);
