using Strato.Client.Attachments;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Client.Namespace;

/// <summary>
/// Answers for the root of a mount of all repositories: it lists their names, and looking one up attaches it. Listing and asking for attributes never
/// waits. Safe on all threads.
/// </summary>
internal sealed class RootDirectory
{
    /// <summary>
    /// Seconds for which the kernel may show a listed repository that is not attached by what is known without it. So <c>ls -l</c> does not attach
    /// everything that is configured; whoever enters one in that time has it attached then.
    /// </summary>
    public const int PlaceholderValidity = 3;

    /// <summary>
    /// How long looking up a listed name waits for its attachment. While it waits, the kernel has everybody wait who looks at that name, as `ls -l` of the
    /// root does; so then it is shown by a placeholder, and who enters it waits.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const ulong SelfCookie = 1;
    private const ulong ParentCookie = 2;

    private readonly AttachmentDirectory directory;
    private readonly NodeTable nodes;
    private readonly KernelCache kernelCache;
    private readonly RootListing listing;
    private readonly NodeAttributes attributes;

    public RootDirectory(AttachmentDirectory directory, NodeTable nodes, KernelCache kernelCache, RootListing listing)
    {
        this.directory = directory;
        this.nodes = nodes;
        this.kernelCache = kernelCache;
        this.listing = listing;
        attributes = new NodeAttributes { Mode = 0x4000 | 0x16D, LinkCount = 2, Mtime = directory.Now.ToUnixTimeSeconds() };
    }

    /// <summary>LOOKUP. A name that cannot be a repository's is an absence that the kernel may keep.</summary>
    public Outcome Lookup(in Caller caller, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        if (name.Length > RepositoryPath.MaxNameLength)
        {
            return Errno.ENAMETOOLONG;
        }

        entry = default;
        if (directory.Find(name) is not { } place)
        {
            entry.EntryValid = kernelCache.AbsenceValidity(NodeIdentity.Root, name);
            return Outcome.Done;
        }

        Outcome outcome = place.Enter(directory, out Attachment attachment);
        if (outcome.Want is not null && directory.IsConfigured(place))
        {
            return WaitOrShow(in caller, place, name, outcome, ref entry);
        }

        if (!outcome.IsDone)
        {
            return outcome;
        }

        attachment.MarkUsed();
        outcome = Describe(in caller, attachment, out NodeDescription node);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        if (!nodes.TryRemember(attachment.Key, NodeIdentity.Root, name, in node, out ulong id))
        {
            return Errno.ENOMEM;
        }

        // Whoever detaches says so before it looks whether a node is known; here it is the other way round, so one of both sees the other.
        Interlocked.MemoryBarrier();
        if (place.Attached != attachment)
        {
            nodes.Forget(id, 1);
            return Outcome.Wants(new AttachWant(directory, place));
        }

        AttributeReply.Write(id, in node.Attributes, kernelCache.EntryValidity, ref entry);
        return Outcome.Done;
    }

    /// <summary>GETATTR.</summary>
    public void GetAttributes(ref FuseAttrOut reply)
    {
        reply.AttributesValid = kernelCache.EntryValidity;
        AttributeReply.Write(NodeIdentity.Root, in attributes, ref reply.Attributes);
    }

    /// <summary>READDIR and READDIRPLUS.</summary>
    public void List(ulong cookie, bool plus, ref FuseDirectoryWriter entries)
    {
        if ((cookie < SelfCookie && !TryAddDot("."u8, SelfCookie, plus, ref entries))
            || (cookie < ParentCookie && !TryAddDot(".."u8, ParentCookie, plus, ref entries)))
        {
            return;
        }

        foreach (ListedPlace listed in directory.Listing)
        {
            if (listed.Cookie > cookie && !(plus ? TryAddPlus(in listed, ref entries) : TryAdd(in listed, ref entries)))
            {
                return;
            }
        }

        if (plus)
        {
            listing.MadeWithPlaceholders();
        }
    }

    private Outcome WaitOrShow(in Caller caller, AttachmentPlace place, ReadOnlySpan<byte> name, Outcome wait, ref FuseEntryOut entry)
    {
        bool isSlow = place.HasAttachedFor(Patience, directory.Now) || (caller.Supplied is AttachWant && place.State == AttachmentState.Attaching);
        if (!isSlow)
        {
            wait.Want!.Dispose();
            return Outcome.Wants(new AttachWant(directory, place, Patience));
        }

        return TryRememberPlaceholder(place, name, ref entry) ? Outcome.Done : wait;
    }

    private bool TryRememberPlaceholder(AttachmentPlace place, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        if (!directory.Table.TryNumber(place, out ushort number))
        {
            return false;
        }

        NodeDescription node = Placeholder(number);
        if (!nodes.TryRemember(place.Key, NodeIdentity.Root, name, in node, out ulong id))
        {
            return false;
        }

        // What the process before knew of it is better than nothing.
        NodeAttributes shown = nodes.TryGet(id, out NodeRecord known) ? known.Attributes : node.Attributes;
        AttributeReply.Write(id, in shown, PlaceholderValidity, ref entry);
        return true;
    }

    private static Outcome Describe(in Caller caller, Attachment attachment, out NodeDescription node)
    {
        node = default;
        Revisions.Revision revision = attachment.Current;
        Outcome outcome = revision.Catalogs.Lend(revision.Catalogs.Root, caller.Supplied, out CatalogLease lease);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        using (lease)
        {
            if (!lease.Reader.TryFind(lease.Catalog.KeyOf(default), out CatalogRow row))
            {
                return Errno.EIO;
            }

            attachment.Describer.Describe(row, lease, RepositoryPath.Root.Key, revision.Epoch, out node);
            return Outcome.Done;
        }
    }

    private NodeDescription Placeholder(ushort number) => new()
    {
        Key = RepositoryPath.Root.Key,
        Attachment = number,
        Catalog = NodeRecord.UnknownCatalog,
        Attributes = attributes,
    };

    private bool TryAddDot(ReadOnlySpan<byte> name, ulong cookie, bool plus, ref FuseDirectoryWriter entries)
    {
        if (!plus)
        {
            return entries.TryAdd(name, NodeIdentity.Root, attributes.Mode, cookie);
        }

        FuseEntryOut entry = default;
        AttributeReply.Write(NodeIdentity.Root, in attributes, ref entry.Attributes);
        return entries.TryAddPlus(name, in entry, cookie);
    }

    private bool TryAdd(in ListedPlace listed, ref FuseDirectoryWriter entries)
    {
        NodeDescription node = Placeholder(0);
        return entries.TryAdd(listed.Name, NodeIdentity.Of(listed.Place.Key, in node), node.Attributes.Mode, listed.Cookie);
    }

    private bool TryAddPlus(in ListedPlace listed, ref FuseDirectoryWriter entries)
    {
        // What is attached is left to a LOOKUP, which knows its attributes and does not wait. Where somebody waits for a LOOKUP of the name, an entry
        // with a node would have the kernel wait as well.
        FuseEntryOut entry = default;
        bool isBare = !listed.IsConfigured || listed.Place.State is AttachmentState.Attached or AttachmentState.Attaching or AttachmentState.Detaching;
        if (isBare || !TryRememberPlaceholder(listed.Place, listed.Name, ref entry))
        {
            FuseEntryOut bare = default;
            NodeDescription named = Placeholder(0);
            AttributeReply.Write(NodeIdentity.Of(listed.Place.Key, in named), in named.Attributes, ref bare.Attributes);
            return entries.TryAddPlus(listed.Name, in bare, listed.Cookie);
        }

        if (!entries.TryAddPlus(listed.Name, in entry, listed.Cookie))
        {
            nodes.Forget(entry.NodeId, 1);
            return false;
        }

        return true;
    }
}
