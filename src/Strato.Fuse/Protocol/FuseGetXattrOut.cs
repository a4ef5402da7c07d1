namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_getxattr_out, 8 bytes.</summary>
public struct FuseGetXattrOut
{
    public uint Size;
    public uint Padding;
}
