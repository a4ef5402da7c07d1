using System.Collections.Frozen;
using System.Text;
using Strato.Client.Namespace;
using Strato.Client.Nodes;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Configuration;
using Strato.Posix;
using FileType = Strato.Core.Catalogs.FileType;

namespace Strato.Client.Xattrs;

/// <summary>
/// Answers GETXATTR and LISTXATTR: the attributes in the catalog, and magic ones, which hide those of the same name. Safe on all
/// threads. Allocates nothing for a name that a node does not have, which is what programs ask for most (<c>security.capability</c>).
/// </summary>
internal sealed class XattrRequests
{
    private readonly NodeWalk walk;
    private readonly FrozenDictionary<string, MagicAttribute> magic;
    private readonly MagicAttribute[] sorted;
    private readonly bool hasBareRoot;

    /// <summary>Answers from the catalogs that a walk leads to.</summary>
    /// <param name="walk">The way to the catalogs.</param>
    /// <param name="client">The attributes that tell about the daemon.</param>
    /// <param name="hasBareRoot">Whether the root lists repositories, and has no attributes.</param>
    public XattrRequests(NodeWalk walk, ClientAttributeValues client, bool hasBareRoot)
    {
        this.walk = walk;
        this.hasBareRoot = hasBareRoot;
        sorted = [.. NodeAttributeValues.All.Concat(RepositoryAttributeValues.All).Concat(client.All).OrderBy(one => one.Name, StringComparer.Ordinal)];
        magic = sorted.ToFrozenDictionary(one => one.Name, StringComparer.Ordinal);
    }

    /// <summary>GETXATTR.</summary>
    public Outcome Get(in Caller caller, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        bool isUsers = name.StartsWith("user."u8) || name.StartsWith("xfsroot."u8);
        if (hasBareRoot && (caller.NodeId == NodeIdentity.Root || (!isUsers && walk.IsPlaceholder(caller.NodeId))))
        {
            return Errno.ENODATA;
        }

        Outcome outcome = walk.Find(caller.NodeId, out NodeView view);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        if (!isUsers && !view.Record.Has(NodeFlags.HasXattrs))
        {
            return Errno.ENODATA;
        }

        if (!XattrPage.TryParse(name, out XattrPage page))
        {
            return Errno.ENODATA;
        }

        if (magic.TryGetValue(page.Name, out MagicAttribute? attribute))
        {
            return view.Attachment.Xattrs.Allows(page.Name, caller.Gid)
                ? GetMagic(in caller, in view, attribute, page, value, out length)
                : Errno.ENODATA;
        }

        outcome = ReadRow(in caller, in view, out CatalogEntry? row);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        ReadOnlySpan<byte> mark = Encoding.Latin1.GetBytes(page.Name);
        return row!.Xattrs.TryGetValue(mark, out ReadOnlyMemory<byte> found) ? Answer(found.Span, value, out length) : Errno.ENODATA;
    }

    /// <summary>LISTXATTR.</summary>
    public Outcome List(in Caller caller, Span<byte> names, out int length)
    {
        length = 0;
        if (hasBareRoot && (caller.NodeId == NodeIdentity.Root || walk.IsPlaceholder(caller.NodeId)))
        {
            return Outcome.Done;
        }

        Outcome outcome = walk.Find(caller.NodeId, out NodeView view);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        bool listsMagic = view.Attachment.Xattrs.Visibility switch
        {
            MagicXattrVisibility.Always => true,
            MagicXattrVisibility.RootOnly => IsRoot(in view),
            _ => false,
        };
        if (!listsMagic && !view.Record.Has(NodeFlags.HasXattrs))
        {
            return Outcome.Done;
        }

        outcome = ReadRow(in caller, in view, out CatalogEntry? row);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        SortedSet<string> listed = new(StringComparer.Ordinal);

        // The kernel answers for a name in trusted. itself, with ENODATA to all but root: what is not to be had is not listed.
        bool isRoot = caller.Uid == 0;
        listed.UnionWith(row!.Xattrs.Where(one => isRoot || !one.Name.Span.StartsWith("trusted."u8)).Select(one => Encoding.Latin1.GetString(one.Name.Span)));
        if (listsMagic)
        {
            bool isRestricted = view.Revision.Catalogs.Root.Summary?.Properties.VomsAuthz is not null;
            listed.UnionWith(sorted.Where(one => IsListed(one, row, isRestricted)).Select(one => one.Name));
        }

        byte[] text = Encoding.Latin1.GetBytes(string.Concat(listed.Select(name => name + "\0")));
        return Answer(text, names, out length);
    }

    private static bool IsListed(MagicAttribute attribute, CatalogEntry row, bool isRestricted) => attribute.Scope switch
    {
        MagicScope.Everything => true,
        MagicScope.Hashed => !row.Hash.IsNull,
        MagicScope.Regular => row.Type == FileType.Regular,
        MagicScope.External => row.Type == FileType.Regular && row.IsExternal,
        MagicScope.Symlink => row.Type == FileType.SymbolicLink,
        _ => isRestricted,
    };

    private static Outcome Answer(ReadOnlySpan<byte> answer, Span<byte> target, out int length)
    {
        bool fits = answer.TryCopyTo(target);
        length = fits ? answer.Length : 0;
        return fits ? Outcome.Done : Errno.E2BIG;
    }

    private bool IsRoot(in NodeView view)
    {
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        return walk.FindPath(in view, buffer, out ReadOnlySpan<byte> path).IsDone && path.IsEmpty;
    }

    private Outcome GetMagic(
        in Caller caller, in NodeView view, MagicAttribute attribute, XattrPage page, Span<byte> value, out int length)
    {
        length = 0;
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        Outcome outcome = walk.FindPath(in view, buffer, out ReadOnlySpan<byte> path);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        outcome = ReadRow(in caller, in view, out CatalogEntry? row);
        if (!outcome.IsDone)
        {
            return outcome;
        }

        MagicValue read = attribute.Read(new MagicQuery(caller, in view, walk, path.ToArray(), row!));
        if (!read.Outcome.IsDone)
        {
            return read.Outcome;
        }

        byte[]? selected = page.Select(read.Pages);
        return selected is null ? Errno.ENODATA : Answer(selected, value, out length);
    }

    /// <summary>The node's row; of one whose path has gone, and that somebody holds, the row that it had.</summary>
    private Outcome ReadRow(in Caller caller, in NodeView view, out CatalogEntry? entry)
    {
        entry = null;
        Outcome outcome = walk.FindOwnRow(in caller, in view, out CatalogLease lease, out CatalogRow row);
        using (lease)
        {
            if (outcome.IsDone)
            {
                entry = lease.Reader.ToEntry(row);
            }

            return outcome;
        }
    }
}
