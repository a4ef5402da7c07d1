using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Strato.Posix;
using Strato.Posix.Native;

namespace Strato.Tests.Posix;

public sealed class NativeLayoutTests
{
    [Fact]
    public void Structures_have_the_kernels_sizes()
    {
        Assert.Equal(256, Unsafe.SizeOf<StatxBuffer>());
        Assert.Equal(120, Unsafe.SizeOf<StatFsBuffer>());
        Assert.Equal(56, Unsafe.SizeOf<MessageHeader>());
        Assert.Equal(16, Unsafe.SizeOf<ControlHeader>());
        Assert.Equal(8, Unsafe.SizeOf<PollDescriptor>());
        Assert.Equal(112, (int)Marshal.OffsetOf<StatxBuffer>(nameof(StatxBuffer.ModificationTime)));
        Assert.Equal(136, (int)Marshal.OffsetOf<StatxBuffer>(nameof(StatxBuffer.DeviceMajor)));
    }

    [Theory]
    [InlineData(OpenFlags.Directory, 0x4000)]
    [InlineData(OpenFlags.NoFollow, 0x8000)]
    [InlineData(OpenFlags.Direct, 0x1_0000)]
    [InlineData(OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.Path, 0x20_C000)]
    [InlineData(OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.WriteOnly, 0xC1)]
    public void Open_flags_have_their_numbers_on_arm(OpenFlags flags, int native) => Assert.Equal(native, OpenFlagBits.ToArm64(flags));

    [Theory]
    [InlineData(8, 1, 0x801UL)]
    [InlineData(1, 3, 0x103UL)]
    [InlineData(259, 1000, 0x3103E8UL)]
    [InlineData(4096, 0, 0x0000_1000_0000_0000UL)]
    public void Device_numbers_are_the_C_librarys(uint major, uint minor, ulong device) => Assert.Equal(device, FileStatus.MakeDevice(major, minor));

    [Fact]
    public void The_mount_table_is_read()
    {
        ReadOnlySpan<byte> table =
            "25 30 0:23 / /sys rw,nosuid shared:7 master:3 - sysfs sysfs rw\n36 35 98:0 / /a\\040b\\134\\303\\244 ro - fuse.strato x\\011y ro,user_id=0\ngarbage\n1 2 3\n"u8;

        IReadOnlyList<MountEntry> entries = MountTable.Parse(table);

        Assert.Equal(2, entries.Count);
        Assert.Equal(("sysfs", 23U, false), (entries[0].Type, entries[0].Minor, entries[0].IsFuse));
        Assert.Equal("/a b\\ä", Encoding.UTF8.GetString(entries[1].MountPoint));
        Assert.All(entries, entry => Assert.Equal((byte)'/', entry.Root[0]));
        Assert.Equal("x\ty", Encoding.UTF8.GetString(entries[1].Source));
        Assert.Equal(("ro,ro,user_id=0", true), (entries[1].Options, entries[1].IsFuse));
        Assert.Equal("proc", MountTable.Find("/proc"u8)?.Type);
        Assert.Null(MountTable.Find("/proc/none"u8));
        Assert.Contains(MountTable.Read(), entry => entry.MountPoint.AsSpan().SequenceEqual("/proc"u8));
    }
}
