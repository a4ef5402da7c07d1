using Strato.Client.Nodes;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Client.Namespace;

/// <summary>Turns catalog rows into node descriptions, in the way of one attachment. Immutable; allocates nothing.</summary>
internal sealed class RowDescriber
{
    /// <summary>The longest expanded link target; the kernel takes no longer one.</summary>
    public const int MaxTargetLength = 4095;

    private readonly ushort attachment;
    private readonly Ownership ownership;
    private readonly SymlinkVariables variables;

    public RowDescriber(ushort attachment, Ownership ownership, SymlinkVariables variables)
    {
        this.attachment = attachment;
        this.ownership = ownership;
        this.variables = variables;
    }

    /// <summary>Describes the node of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="lease">The catalog that has it.</param>
    /// <param name="key">The key of the node's path, as users see it.</param>
    /// <param name="epoch">The epoch of the catalog's revision.</param>
    /// <param name="node">The description.</param>
    public void Describe(CatalogRow row, CatalogLease lease, PathKey key, uint epoch, out NodeDescription node)
    {
        node = new NodeDescription
        {
            Key = key,
            GroupScope = lease.Catalog.MountKey,
            Attributes = new NodeAttributes
            {
                Size = row.Size,
                Mtime = row.Mtime,
                MtimeNanoseconds = row.MtimeNanoseconds,
                Mode = ownership.ModeOf(row.Mode),
                Uid = ownership.UserOf(row.Uid),
                Gid = ownership.GroupOf(row.Gid),
                LinkCount = Math.Max(1, row.Linkcount),
                HardlinkGroup = row.HardlinkGroup,
            },
            Compression = row.Compression,
            Flags = FlagsOf(row),
            Attachment = attachment,
            Epoch = epoch,
            Catalog = lease.Catalog.Index,
        };
        if (row.IsDirectory)
        {
            node.Catalog = (node.Flags & NodeFlags.MountPoint) != NodeFlags.None ? NodeRecord.UnknownCatalog : node.Catalog;
            return;
        }

        ContentDigest digest = new();
        if (row.IsChunked)
        {
            DigestChunks(row, lease.Reader, ref digest);
        }
        else if (row.Type == FileType.Regular)
        {
            node.Content = row.Hash;
            return;
        }
        else if (row.Type == FileType.SymbolicLink)
        {
            Span<byte> target = stackalloc byte[MaxTargetLength];
            int length = Expand(row, target);
            node.Attributes.Size = length;
            digest.Append(target[..length]);
        }
        else
        {
            digest.Append(row.Size);
        }

        node.Content = digest.Finish();
    }

    /// <summary>
    /// Writes a link's target as users see it and returns its length. A target that would get too long is left as the catalog has it.
    /// </summary>
    public int Expand(CatalogRow row, Span<byte> target)
    {
        int length = variables.Expand(row.Symlink, target);
        if (length < 0)
        {
            row.Symlink.CopyTo(target);
            length = row.Symlink.Length;
        }

        return length;
    }

    private static void DigestChunks(CatalogRow row, CatalogReader reader, ref ContentDigest digest)
    {
        digest.Append((long)row.Flags);
        foreach (FileChunk chunk in reader.EnumerateChunks(row.Key, row.Hash.Algorithm))
        {
            ObjectHash hash = chunk.Hash;
            digest.Append(chunk.Offset);
            digest.Append(chunk.Size);
            digest.Append(hash.Bytes);
        }
    }

    private static NodeFlags FlagsOf(CatalogRow row)
    {
        NodeFlags flags = row.HasXattrs ? NodeFlags.HasXattrs : NodeFlags.None;
        if (row.IsDirectory)
        {
            return row.IsNestedMountPoint || row.IsBindMountPoint ? flags | NodeFlags.MountPoint : flags;
        }

        flags |= row.IsChunked ? NodeFlags.Chunked : NodeFlags.None;
        flags |= row.IsExternal ? NodeFlags.External : NodeFlags.None;
        flags |= row.IsDirectIo ? NodeFlags.DirectIo : NodeFlags.None;
        return flags;
    }
}
