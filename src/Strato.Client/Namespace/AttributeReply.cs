using Strato.Client.Nodes;
using Strato.Fuse.Protocol;

namespace Strato.Client.Namespace;

/// <summary>Lays attributes out for the kernel.</summary>
internal static class AttributeReply
{
    private const uint ShownBlockSize = 4096;

    public static void Write(ulong id, in NodeAttributes node, ref FuseAttr reply)
    {
        ulong size = node.IsDevice ? 0 : (ulong)node.Size;
        uint nanoseconds = (uint)Math.Max(0, node.MtimeNanoseconds);
        reply.Inode = id;
        reply.Size = size;

        // One more than the content needs, as the genuine client shows it: du(1) then counts every entry.
        reply.Blocks = 1 + (size / 512);
        reply.AccessTime = reply.ModificationTime = reply.ChangeTime = (ulong)node.Mtime;
        reply.AccessTimeNanoseconds = reply.ModificationTimeNanoseconds = reply.ChangeTimeNanoseconds = nanoseconds;
        reply.Mode = node.Mode;
        reply.LinkCount = node.LinkCount;
        reply.Uid = node.Uid;
        reply.Gid = node.Gid;
        reply.RawDevice = node.IsDevice ? (uint)node.Size : 0;
        reply.BlockSize = ShownBlockSize;
    }

    /// <summary>The same as an entry that the kernel may keep for so many seconds.</summary>
    public static void Write(ulong id, in NodeAttributes node, ulong validity, ref FuseEntryOut reply)
    {
        reply.NodeId = id;
        reply.EntryValid = reply.AttributesValid = validity;
        Write(id, in node, ref reply.Attributes);
    }
}
