namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_notify_inval_inode_out, 24 bytes.</summary>
public struct FuseNotifyInvalInodeOut
{
    public ulong NodeId;

    /// <summary>Bytes; negative leaves the data alone and drops the attributes only.</summary>
    public long Offset;

    /// <summary>Bytes; zero means up to the end.</summary>
    public long Length;
}
