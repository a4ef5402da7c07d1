using System.Runtime.InteropServices;

namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_kstatfs, 80 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 80)]
public struct FuseStatFsOut
{
    /// <summary>In units of <see cref="FragmentSize"/>.</summary>
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public uint BlockSize;
    public uint NameLength;
    public uint FragmentSize;
    public uint Padding;
}
