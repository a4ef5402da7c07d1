namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_backing_map, 16 bytes: the argument of the backing ioctl.</summary>
public struct FuseBackingMap
{
    public int Descriptor;
    public uint Flags;
    public ulong Padding;
}
