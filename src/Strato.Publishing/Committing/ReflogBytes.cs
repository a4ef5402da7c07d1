using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Reflog;
using Strato.Publishing.Objects;
using Strato.Publishing.Traversal;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>Reads and extends a repository's reflog.</summary>
internal static class ReflogBytes
{
    public static VersionedBytes? Read(RepositorySession session) =>
        Blocking.Wait(session.Store.ReadAsync(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, session.Cancellation));

    /// <summary>
    /// Puts the objects that a manifest names, and others, into the reflog, which is made where it is missing, and returns the checksum of what is there then.
    /// </summary>
    public static ObjectHash Extend(RepositorySession session, VersionedBytes? present, Manifest manifest, params ReadOnlySpan<ObjectName> others)
    {
        byte[] image;
        using (ReflogEditor editor = present is null
            ? ReflogEditor.Create(session.Settings.Name, session.Places.Work)
            : ReflogEditor.Edit(present.Bytes.Span, session.Places.Work))
        {
            long now = session.Now;
            bool isChanged = present is null;
            foreach (ObjectName name in (IEnumerable<ObjectName>)[.. ManifestObjects.Of(manifest), .. others])
            {
                if (editor.Reflog.Find(name) is null)
                {
                    editor.Add(name, now);
                    isChanged = true;
                }
            }

            if (!isChanged)
            {
                return Keep(session, ReflogDatabase.Checksum(manifest.HashAlgorithm, present!.Bytes.Span));
            }

            image = editor.Seal();
        }

        return Replace(session, present, manifest.HashAlgorithm, image);
    }

    /// <summary>Takes references out of the reflog and returns the checksum of what is there then.</summary>
    public static ObjectHash Shrink(RepositorySession session, IEnumerable<ObjectName> references)
    {
        VersionedBytes present = Read(session) ?? throw new StratoException($"{session.Store.Location} has no {ObjectKey.Reflog}");
        using ReflogEditor editor = ReflogEditor.Edit(present.Bytes.Span, session.Places.Work);
        foreach (ObjectName name in references)
        {
            editor.Remove(name);
        }

        return Replace(session, present, session.Manifest.HashAlgorithm, editor.Seal());
    }

    private static ObjectHash Replace(RepositorySession session, VersionedBytes? present, HashAlgorithm algorithm, byte[] image)
    {
        session.Cancellation.ThrowIfCancellationRequested();
        session.Spool?.RequireNoTransaction();
        SwapResult result = ConfirmedSwap.Run(session.Store, ObjectKey.Reflog, present?.Version, image);
        return result.Swapped
            ? Keep(session, ReflogDatabase.Checksum(algorithm, image))
            : throw new StratoException($"the reflog of {session.Settings.Name} was changed by somebody else meanwhile; try again");
    }

    private static ObjectHash Keep(RepositorySession session, ObjectHash checksum)
    {
        session.Spool?.KeepChecksum(checksum);
        return checksum;
    }
}
