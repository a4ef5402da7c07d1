namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_access_in, 8 bytes.</summary>
public struct FuseAccessIn
{
    /// <summary>access(2)'s R_OK 4, W_OK 2, X_OK 1.</summary>
    public uint Mask;
    public uint Padding;
}
