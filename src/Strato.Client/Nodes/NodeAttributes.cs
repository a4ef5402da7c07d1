using System.Runtime.InteropServices;

namespace Strato.Client.Nodes;

/// <summary>What stat shows of a node. Blittable; part of the mapped file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NodeAttributes
{
    /// <summary>Bytes of content, or of a symlink's expanded target. For a device its number, as catalogs keep it.</summary>
    public long Size;

    /// <summary>Seconds since the epoch.</summary>
    public long Mtime;

    /// <summary>Nanoseconds within the second; -1 where the catalog has none.</summary>
    public int MtimeNanoseconds;

    /// <summary>Type and permission bits.</summary>
    public uint Mode;

    public uint Uid;

    public uint Gid;

    public uint LinkCount;

    /// <summary>The hard-link group within the catalog, 0 for none.</summary>
    public uint HardlinkGroup;

    private const uint TypeMask = 0xF000;

    public readonly bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public readonly bool IsRegular => (Mode & TypeMask) == 0x8000;

    public readonly bool IsSymlink => (Mode & TypeMask) == 0xA000;

    public readonly bool IsDevice => (Mode & TypeMask) is 0x2000 or 0x6000;
}
