namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_lseek_out, 8 bytes.</summary>
public struct FuseLseekOut
{
    public ulong Offset;
}
