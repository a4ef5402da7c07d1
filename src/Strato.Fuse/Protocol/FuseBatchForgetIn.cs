namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_batch_forget_in, 8 bytes, followed by that many <see cref="FuseForgetOne"/>.</summary>
public struct FuseBatchForgetIn
{
    public uint Count;
    public uint Reserved;
}
