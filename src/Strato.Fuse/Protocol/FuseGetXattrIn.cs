namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_getxattr_in, 8 bytes: GETXATTR and LISTXATTR.</summary>
public struct FuseGetXattrIn
{
    /// <summary>Bytes that the caller has room for; zero asks for the size only.</summary>
    public uint Size;
    public uint Padding;
}
