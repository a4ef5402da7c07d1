namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_forget_one, 16 bytes.</summary>
public struct FuseForgetOne
{
    public ulong NodeId;
    public ulong Lookups;
}
