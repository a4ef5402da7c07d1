namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_forget_in, 8 bytes.</summary>
public struct FuseForgetIn
{
    public ulong Lookups;
}
