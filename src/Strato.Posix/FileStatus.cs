using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>What statx(2) tells about a file.</summary>
public readonly record struct FileStatus
{
    private const uint TypeBits = 0xF000;

    internal FileStatus(in StatxBuffer buffer)
    {
        Mode = buffer.Mode;
        Uid = buffer.Uid;
        Gid = buffer.Gid;
        LinkCount = buffer.LinkCount;
        Inode = buffer.Inode;
        Size = (long)buffer.Size;
        Blocks = (long)buffer.Blocks;
        BlockSize = buffer.BlockSize;
        Device = MakeDevice(buffer.DeviceMajor, buffer.DeviceMinor);
        RawDevice = MakeDevice(buffer.RawDeviceMajor, buffer.RawDeviceMinor);
        AccessTime = new Timestamp(buffer.AccessTime.Seconds, buffer.AccessTime.Nanoseconds);
        ModificationTime = new Timestamp(buffer.ModificationTime.Seconds, buffer.ModificationTime.Nanoseconds);
        ChangeTime = new Timestamp(buffer.ChangeTime.Seconds, buffer.ChangeTime.Nanoseconds);
    }

    /// <summary>Type and permissions, as in <c>st_mode</c>.</summary>
    public uint Mode { get; }

    public FileType Type => (FileType)(Mode & TypeBits);

    /// <summary>The twelve lower bits of the mode: set-user-id, set-group-id, sticky, rwx three times.</summary>
    public uint Permissions => Mode & ~TypeBits;

    public uint Uid { get; }

    public uint Gid { get; }

    public uint LinkCount { get; }

    public ulong Inode { get; }

    /// <summary>Bytes; of a symbolic link the length of its target.</summary>
    public long Size { get; }

    /// <summary>Blocks of 512 bytes that are allocated.</summary>
    public long Blocks { get; }

    /// <summary>The size in bytes that suits I/O on this file system.</summary>
    public uint BlockSize { get; }

    /// <summary>The file system that holds the file, as <c>st_dev</c>.</summary>
    public ulong Device { get; }

    /// <summary>Of a device node, the device that it stands for, as <c>st_rdev</c>.</summary>
    public ulong RawDevice { get; }

    public Timestamp AccessTime { get; }

    public Timestamp ModificationTime { get; }

    public Timestamp ChangeTime { get; }

    /// <summary>A device number in the C library's 64-bit encoding, equal to the kernel's 32-bit one for major below 4096 and minor below 2^20.</summary>
    public static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xFFFF_F000) << 32) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFF_FF00) << 12) | (minor & 0xFF);
}
