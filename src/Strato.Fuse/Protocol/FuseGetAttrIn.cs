namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_getattr_in, 16 bytes.</summary>
public struct FuseGetAttrIn
{
    /// <summary>1 where <see cref="Handle"/> is one.</summary>
    public uint Flags;
    public uint Reserved;
    public ulong Handle;
}
