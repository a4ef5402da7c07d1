using System.Runtime.InteropServices;
using Strato.Core.Paths;

namespace Strato.Client.Nodes;

/// <summary>
/// Computes node ids. An id is a function of what the node is and of nothing else, so that any process gives the same
/// node the same id: a directory is its attachment and path; everything else is also its content, so that changed content
/// is another node; the members of a hard-link group share their catalog and group number in place of their paths.
/// </summary>
internal static class NodeIdentity
{
    /// <summary>The kernel's id of the mount's root.</summary>
    public const ulong Root = 1;

    private const ulong FirstFree = 2;

    // Odd constants without pattern (digits of pi), so that zero inputs do not collapse the products.
    private const ulong C0 = 0x243f6a8885a308d3;
    private const ulong C1 = 0x13198a2e03707345;
    private const ulong C2 = 0xa4093822299f31d1;
    private const ulong C3 = 0x082efa98ec4e6c89;

    /// <summary>The id of a node in an attachment whose key hashes to <paramref name="attachmentKey"/>.</summary>
    public static ulong Of(PathKey attachmentKey, in NodeDescription node)
    {
        bool grouped = IsGrouped(in node.Attributes);
        PathKey place = grouped ? node.GroupScope : node.Key;
        ulong hash = Mix((ulong)attachmentKey.First ^ C0, (ulong)attachmentKey.Second ^ C1);
        hash = Mix(hash ^ (ulong)place.First, (ulong)place.Second ^ C2);
        if (node.Attributes.IsDirectory)
        {
            return Fold(hash);
        }

        ReadOnlySpan<byte> content = node.Content.Bytes;
        uint group = grouped ? node.Attributes.HardlinkGroup : 0;
        hash = Mix(hash ^ MemoryMarshal.Read<ulong>(content), MemoryMarshal.Read<ulong>(content[8..]) ^ C3);
        hash = Mix(hash ^ MemoryMarshal.Read<uint>(content[16..]), ((ulong)group << 32 | node.Attributes.Mode & 0xF000) ^ C0);
        return Fold(hash);
    }

    /// <summary>The next id to try where another node already has this one.</summary>
    public static ulong Next(ulong id) => Fold(Mix(id ^ C1, C2));

    /// <summary>Whether a record under the id of this description is the same node, and not a collision of the hash.</summary>
    public static bool IsSame(in NodeRecord record, in NodeDescription node)
    {
        const uint typeMask = 0xF000;
        if (record.Attachment != node.Attachment || ((record.Attributes.Mode ^ node.Attributes.Mode) & typeMask) != 0)
        {
            return false;
        }

        if (node.Attributes.IsDirectory)
        {
            return record.Key == node.Key;
        }

        bool samePlace = IsGrouped(in node.Attributes)
            ? record.Attributes.HardlinkGroup == node.Attributes.HardlinkGroup
            : record.Key == node.Key && !IsGrouped(in record.Attributes);
        return samePlace && record.Content == node.Content;
    }

    private static bool IsGrouped(in NodeAttributes attributes) => attributes.HardlinkGroup != 0 && !attributes.IsDirectory;

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    /// <summary>Positive as a signed number, since programs print inode numbers as such, and never one of the reserved ids.</summary>
    private static ulong Fold(ulong hash)
    {
        ulong id = hash & long.MaxValue;
        return id < FirstFree ? id + FirstFree : id;
    }
}
