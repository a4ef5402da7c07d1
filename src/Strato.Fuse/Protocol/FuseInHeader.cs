namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_in_header, 40 bytes: what every request starts with.</summary>
public struct FuseInHeader
{
    /// <summary>Bytes of the whole request, this header included.</summary>
    public uint Length;
    public FuseOpcode Opcode;

    /// <summary>Names the request; its reply carries the same number. Bit 63 marks one that is sent again after a RESEND.</summary>
    public ulong Unique;

    /// <summary>The node that the request is about; the root is 1.</summary>
    public ulong NodeId;
    public uint Uid;
    public uint Gid;

    /// <summary>The calling thread in the pid namespace of the process that mounted; 0 where it is not visible there.</summary>
    public uint Pid;

    /// <summary>Extensions after the arguments, in units of eight bytes.</summary>
    public ushort TotalExtensionLength;
    public ushort Padding;
}
