using Strato.Core;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>What a repository announces at some moment.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Version">Its version: who finds another has to look again.</param>
/// <param name="Reflog">The reflog's bytes; null where there is none.</param>
internal sealed record AnnouncedRoot(Manifest Manifest, ObjectVersion Version, VersionedBytes? Reflog)
{
    public static AnnouncedRoot Read(IObjectStore store, CancellationToken cancellation)
    {
        // The manifest first: what is put into the reflog afterwards is more, and keeps more.
        VersionedBytes manifest = Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength, cancellation))
            ?? throw new StratoException($"{store.Location} has no {ObjectKey.Manifest}; it holds no complete repository");
        VersionedBytes? reflog = Blocking.Wait(store.ReadAsync(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, cancellation));
        return new AnnouncedRoot(RepositoryRoot.Parse(manifest.Bytes.Span, store), manifest.Version, reflog);
    }

    /// <summary>True where the manifest is still this one.</summary>
    public bool IsCurrent(IObjectStore store, CancellationToken cancellation) =>
        Blocking.Wait(store.ReadAsync(ObjectKey.Manifest, Manifest.MaxLength, cancellation))?.Version == Version;
}
