namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_read_in, 40 bytes: READ, READDIR and READDIRPLUS.</summary>
public struct FuseReadIn
{
    public ulong Handle;

    /// <summary>Bytes in a file; in a directory the cookie of the last entry that was taken, zero at first.</summary>
    public ulong Offset;

    /// <summary>Bytes that the reply may hold.</summary>
    public uint Size;
    public uint ReadFlags;
    public ulong LockOwner;
    public uint Flags;
    public uint Padding;
}
