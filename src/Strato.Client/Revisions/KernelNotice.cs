using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Core.Paths;
using Strato.Fuse;
using Strato.Posix;

namespace Strato.Client.Revisions;

/// <summary>
/// Tells the kernel what has changed: names are looked up again at their next use, listings and attributes asked for again. Nothing is dropped that
/// is open, mounted or bound. What is to be told before there is a connection is told once there is one: a successor serves a little before that. Not for
/// threads that serve requests; safe on all others.
/// </summary>
internal sealed class KernelNotice
{
    private const int PruneBatch = 512;

    private readonly NodeTable nodes;
    private readonly AbsentNames absences;
    private readonly Lock turn = new();
    private readonly HashSet<ushort> changedBefore = [];
    private FuseNotifier? notifier;
    private bool isListingChanged;
    private bool canPrune = true;

    public KernelNotice(NodeTable nodes, AbsentNames absences)
    {
        this.nodes = nodes;
        this.absences = absences;
    }

    /// <summary>Sends through a connection from now on.</summary>
    public void Connect(FuseNotifier connected)
    {
        lock (turn)
        {
            notifier = connected;
            foreach (ushort attachment in changedBefore)
            {
                RevisionChanged(attachment);
            }

            changedBefore.Clear();
            if (isListingChanged)
            {
                RootListingChanged();
            }
        }
    }

    /// <summary>
    /// An attachment shows another revision. An answer from the revision before may still be on its way to the kernel: send it again when none can be.
    /// </summary>
    public void RevisionChanged(ushort attachment)
    {
        lock (turn)
        {
            if (notifier is null)
            {
                changedBefore.Add(attachment);
                return;
            }

            absences.Expire(notifier);
            ExpireNodes(notifier, attachment);
        }
    }

    /// <summary>The mount's root lists other names.</summary>
    public void RootListingChanged()
    {
        lock (turn)
        {
            isListingChanged = notifier is null;
            notifier?.InvalidateInode(NodeIdentity.Root);
        }
    }

    /// <summary>
    /// Asks the kernel to forget those nodes of attachments that nobody uses and that have nothing below them; answers how many there were. Its
    /// forgets come as requests, soon. Does nothing on kernels that cannot be asked (before 7.45): they forget when memory gets short.
    /// </summary>
    public int Prune(Func<ushort, bool> isMeant)
    {
        lock (turn)
        {
            if (notifier is null || !canPrune)
            {
                return 0;
            }

            Span<byte> nameBuffer = stackalloc byte[RepositoryPath.MaxNameLength];
            Span<ulong> batch = stackalloc ulong[PruneBatch];
            int count = 0;
            int asked = 0;
            uint cursor = 0;
            while (nodes.TryStep(ref cursor, nameBuffer, out NodeRecord record, out _))
            {
                if (record.Children > 0 || !isMeant(record.Attachment))
                {
                    continue;
                }

                batch[count++] = record.Id;
                asked++;
                if (count == batch.Length)
                {
                    canPrune = canPrune && notifier.Prune(batch) == Errno.None;
                    count = 0;
                }
            }

            canPrune = canPrune && (count == 0 || notifier.Prune(batch[..count]) == Errno.None);
            return canPrune ? asked : 0;
        }
    }

    private void ExpireNodes(FuseNotifier connected, ushort attachment)
    {
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
                connected.ExpireEntry(record.ParentId, name);
            }

            // A directory's cached listing goes with its attributes. A file's pages stay: other content is another node.
            connected.InvalidateInode(record.Id, record.Attributes.IsDirectory ? 0 : -1);
        }
    }
}
