namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_dirent, 24 bytes, followed by the name and zeros up to a multiple of eight.</summary>
public struct FuseDirent
{
    public ulong Inode;

    /// <summary>The cookie to go on from after this entry.</summary>
    public ulong Offset;
    public uint NameLength;

    /// <summary>The mode's type bits shifted right by twelve.</summary>
    public uint Type;
}
