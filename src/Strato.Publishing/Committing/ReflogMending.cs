using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>
/// Brings manifest and reflog together again after an operation that was interrupted between swapping the one and the other: the reflog
/// then knows more than the manifest's field Y says. What it knows stays, so that garbage collection finds what
/// was left behind, and the same revision is signed with the reflog's new checksum.
/// </summary>
internal static class ReflogMending
{
    public static void Mend(RepositorySession session)
    {
        Manifest manifest = session.Manifest;
        VersionedBytes? reflog = ReflogBytes.Read(session);
        if (reflog is not null && manifest.Reflog is { } known && known == ReflogDatabase.Checksum(manifest.HashAlgorithm, reflog.Bytes.Span))
        {
            session.Spool?.KeepChecksum(known);
            return;
        }

        ObjectHash checksum = ReflogBytes.Extend(session, reflog, manifest);
        ManifestSwap.Run(session, manifest with { Reflog = checksum, Timestamp = session.Now });
    }
}
