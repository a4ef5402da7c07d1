namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_attr, 88 bytes: what stat(2) shows.</summary>
public struct FuseAttr
{
    public ulong Inode;

    /// <summary>Bytes; of a symbolic link the length of its target.</summary>
    public ulong Size;

    /// <summary>Units of 512 bytes.</summary>
    public ulong Blocks;

    /// <summary>Seconds since 1970; negative ones as two's complement.</summary>
    public ulong AccessTime;
    public ulong ModificationTime;
    public ulong ChangeTime;
    public uint AccessTimeNanoseconds;
    public uint ModificationTimeNanoseconds;
    public uint ChangeTimeNanoseconds;

    /// <summary>Type and permissions.</summary>
    public uint Mode;
    public uint LinkCount;
    public uint Uid;
    public uint Gid;

    /// <summary>Of a device node, in the kernel's 32-bit encoding.</summary>
    public uint RawDevice;
    public uint BlockSize;
    public uint Flags;
}
