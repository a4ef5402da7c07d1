namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_lseek_in, 24 bytes.</summary>
public struct FuseLseekIn
{
    public ulong Handle;
    public ulong Offset;

    /// <summary>lseek(2)'s SEEK_DATA 3 or SEEK_HOLE 4.</summary>
    public uint Whence;
    public uint Padding;
}
