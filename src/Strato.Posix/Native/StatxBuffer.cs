using System.Runtime.InteropServices;

namespace Strato.Posix.Native;

/// <summary>struct statx, 256 bytes, the same on every architecture (struct stat is not).</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct StatxBuffer
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint LinkCount;
    public uint Uid;
    public uint Gid;
    public ushort Mode;
    public ushort Spare0;
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public StatxTimestamp AccessTime;
    public StatxTimestamp BirthTime;
    public StatxTimestamp ChangeTime;
    public StatxTimestamp ModificationTime;
    public uint RawDeviceMajor;
    public uint RawDeviceMinor;
    public uint DeviceMajor;
    public uint DeviceMinor;
    public ulong MountId;
}
