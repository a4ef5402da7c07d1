using Strato.Client.Namespace;
using Strato.Client.Reading;
using Strato.Client.Revisions;
using Strato.Client.Xattrs;
using Strato.Core.Paths;
using Strato.Core.Signing;

namespace Strato.Client.Attachments;

/// <summary>
/// A repository as a mount shows it: in one pinned or moving revision, with one configuration and credential. Two
/// attachments of one repository share nothing but cached objects. Safe on all threads.
/// </summary>
internal sealed class Attachment
{
    private Revision current;
    private Revision? coming;
    private bool isUsed;

    /// <summary>Attaches a repository.</summary>
    /// <param name="number">The attachment's number in <see cref="Nodes.NodeRecord.Attachment"/>.</param>
    /// <param name="identity">Node ids are computed from it.</param>
    /// <param name="facts">What else is known of it.</param>
    /// <param name="source">Where its objects come from.</param>
    /// <param name="describer">How it shows rows.</param>
    /// <param name="first">The revision to begin with.</param>
    public Attachment(ushort number, AttachmentIdentity identity, RepositoryFacts facts, IContentSource source, RowDescriber describer, Revision first)
    {
        Number = number;
        Identity = identity;
        Key = identity.Key;
        Facts = facts;
        Source = source;
        Describer = describer;
        Xattrs = new XattrPolicy(facts.Configuration);
        current = first;
    }

    public ushort Number { get; }

    public AttachmentIdentity Identity { get; }

    /// <summary>The digest of the identity.</summary>
    public PathKey Key { get; }

    public RepositoryFacts Facts { get; }

    public IContentSource Source { get; }

    public RowDescriber Describer { get; }

    /// <summary>Who sees magic attributes.</summary>
    public XattrPolicy Xattrs { get; }

    /// <summary>When the attachment looks for a newer revision; null where it is pinned.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Until when its whitelist lets what was signed be trusted; null where it has not been looked at yet.</summary>
    public DateTimeOffset? TrustedUntil { get; private set; }

    /// <summary>Whether the kernel may not have been told yet, or not often enough, that the current revision is shown.</summary>
    public bool IsNoticeDue { get; set; }

    /// <summary>What it has shown before.</summary>
    public EarlierRevisions Earlier { get; } = new();

    /// <summary>What new lookups see.</summary>
    public Revision Current => Volatile.Read(ref current);

    /// <summary>What a successor process is to show: never one that is older than what anybody has seen.</summary>
    public Revision ForSuccessors => Volatile.Read(ref coming) ?? Current;

    /// <summary>Notes which whitelist is trusted now.</summary>
    public void Trust(Whitelist whitelist) => TrustedUntil = new DateTimeOffset(DateTime.SpecifyKind(whitelist.Expires, DateTimeKind.Utc));

    /// <summary>Notes that somebody asked for something in it.</summary>
    public void MarkUsed()
    {
        // Reading first keeps the line shared between the threads.
        if (!Volatile.Read(ref isUsed))
        {
            Volatile.Write(ref isUsed, true);
        }
    }

    /// <summary>Whether anybody asked for something in it since the last call.</summary>
    public bool TakeUsed() => Interlocked.Exchange(ref isUsed, false);

    /// <summary>Notes that another revision is about to be shown: a successor process shows it from now on, and owes the kernel the notice.</summary>
    public void Announce(Revision next)
    {
        IsNoticeDue = true;
        Volatile.Write(ref coming, next);
    }

    /// <summary>What node records may name, for a successor process; what is about to be shown too.</summary>
    public IReadOnlyList<SavedRevision> SaveShown()
    {
        // In this order: a revision that is replaced meanwhile is among the earlier ones before it is not the current one any more.
        Revision? next = Volatile.Read(ref coming);
        Revision shown = Current;
        List<SavedRevision> all = Earlier.Save();
        foreach (Revision revision in next is null ? [shown] : (Revision[])[shown, next])
        {
            if (!all.Exists(known => known.Epoch == revision.Epoch))
            {
                all.Add(new SavedRevision(revision.Epoch, revision.RootHash.ToString()));
            }
        }

        return all;
    }

    /// <summary>Shows another revision from now on, and answers the one before, which the caller retires once the kernel has been told.</summary>
    public Revision Switch(Revision next)
    {
        // Before anybody can see the next one, and have a node of this one left over.
        Earlier.Add(Current);
        Revision replaced = Interlocked.Exchange(ref current, next);
        Volatile.Write(ref coming, null);
        return replaced;
    }
}
