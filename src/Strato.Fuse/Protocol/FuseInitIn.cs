using System.Runtime.InteropServices;

namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_init_in, 64 bytes: the kernel's offer.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct FuseInitIn
{
    public uint Major;
    public uint Minor;

    /// <summary>Bytes.</summary>
    public uint MaxReadahead;

    /// <summary>Bits 0 to 31 of <see cref="FuseInitFlags"/>.</summary>
    public uint FlagsLow;

    /// <summary>Bits 32 to 63, where INIT_EXT is set in the low ones.</summary>
    public uint FlagsHigh;
}
