using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Core.Paths;
using Strato.Fuse;

namespace Strato.Client.Revisions;

/// <summary>
/// Tells the kernel that an attachment shows another revision: names are looked up again at their next use, listings and
/// attributes asked for again. Nothing is dropped that is open, mounted or bound. Not for threads that serve requests.
/// </summary>
internal sealed class KernelNotice
{
    private readonly NodeTable nodes;
    private readonly AbsentNames absences;
    private readonly FuseNotifier notifier;

    public KernelNotice(NodeTable nodes, AbsentNames absences, FuseNotifier notifier)
    {
        this.nodes = nodes;
        this.absences = absences;
        this.notifier = notifier;
    }

    /// <summary>
    /// Sends the notices. An answer from the revision before may still be on its way to the kernel: send them again when none can be. One caller at
    /// a time.
    /// </summary>
    public void Send(ushort attachment)
    {
        absences.Expire(notifier);
        Span<byte> nameBuffer = stackalloc byte[RepositoryPath.MaxNameLength];
        uint cursor = 0;
        while (nodes.TryStep(ref cursor, nameBuffer, out NodeRecord record, out ReadOnlySpan<byte> name))
        {
            if (record.Attachment != attachment || record.Lookups == 0)
            {
                continue;
            }

            if (record.Id != NodeIdentity.Root)
            {
                notifier.ExpireEntry(record.ParentId, name);
            }

            // A directory's cached listing goes with its attributes. A file's pages stay: other content is another node.
            notifier.InvalidateInode(record.Id, record.Attributes.IsDirectory ? 0 : -1);
        }
    }
}
