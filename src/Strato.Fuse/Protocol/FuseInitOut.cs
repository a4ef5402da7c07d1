using System.Runtime.InteropServices;

namespace Strato.Fuse.Protocol;

/// <summary>struct fuse_init_out, 64 bytes: what both sides do from now on.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct FuseInitOut
{
    public uint Major;
    public uint Minor;

    /// <summary>Bytes.</summary>
    public uint MaxReadahead;
    public uint FlagsLow;

    /// <summary>Asynchronous requests that may wait at once.</summary>
    public ushort MaxBackground;
    public ushort CongestionThreshold;

    /// <summary>Bytes; at least 4096.</summary>
    public uint MaxWrite;

    /// <summary>Nanoseconds.</summary>
    public uint TimeGranularity;

    /// <summary>Pages of one request's data.</summary>
    public ushort MaxPages;
    public ushort MapAlignment;
    public uint FlagsHigh;

    /// <summary>Of files under PASSTHROUGH.</summary>
    public uint MaxStackDepth;

    /// <summary>Seconds.</summary>
    public ushort RequestTimeout;
}
