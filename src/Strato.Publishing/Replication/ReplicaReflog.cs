using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Reflog;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// The replica's own <c>.cvmfsreflog</c>: what was replicated here, which is less than what the source ever published. Its checksum is not
/// the one in the manifest, which the source signed. Under the replica's lock.
/// </summary>
internal static class ReplicaReflog
{
    /// <summary>Adds what is not in it yet.</summary>
    /// <param name="store">The replica's storage.</param>
    /// <param name="repository">The repository's name.</param>
    /// <param name="work">An existing folder for a working copy.</param>
    /// <param name="names">Root catalogs, certificate, history, meta information.</param>
    /// <param name="time">Now, in seconds of Unix time.</param>
    /// <param name="cancellation">Gives up before it is replaced.</param>
    public static void Extend(IObjectStore store, string repository, string work, IEnumerable<ObjectName> names, long time, CancellationToken cancellation)
    {
        VersionedBytes? present = Blocking.Wait(store.ReadAsync(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, cancellation));
        byte[] image;
        using (ReflogEditor editor = present is null ? ReflogEditor.Create(repository, work) : ReflogEditor.Edit(present.Bytes.Span, work))
        {
            bool isChanged = present is null;
            foreach (ObjectName name in names.Where(name => editor.Reflog.Find(name) is null))
            {
                editor.Add(name, time);
                isChanged = true;
            }

            if (!isChanged)
            {
                return;
            }

            image = editor.Seal();
        }

        cancellation.ThrowIfCancellationRequested();
        if (!ConfirmedSwap.Run(store, ObjectKey.Reflog, present?.Version, image).Swapped)
        {
            throw new StratoException($"the reflog of {repository} was changed by somebody else meanwhile; try again");
        }
    }
}
