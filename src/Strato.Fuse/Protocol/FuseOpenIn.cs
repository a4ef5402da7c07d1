namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_open_in, 8 bytes.</summary>
public struct FuseOpenIn
{
    /// <summary>open(2)'s flags in the numbers of the running architecture.</summary>
    public uint Flags;
    public uint OpenFlags;
}
