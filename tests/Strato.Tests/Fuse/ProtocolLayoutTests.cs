using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Fuse.Protocol;

namespace Strato.Tests.Fuse;

/// <summary>The structures against the kernel's include/uapi/linux/fuse.h, protocol 7.45.</summary>
public sealed class ProtocolLayoutTests
{
    [Fact]
    public void Structures_have_the_kernels_sizes()
    {
        Assert.Equal(40, Unsafe.SizeOf<FuseInHeader>());
        Assert.Equal(16, Unsafe.SizeOf<FuseOutHeader>());
        Assert.Equal(88, Unsafe.SizeOf<FuseAttr>());
        Assert.Equal(128, Unsafe.SizeOf<FuseEntryOut>());
        Assert.Equal(104, Unsafe.SizeOf<FuseAttrOut>());
        Assert.Equal(16, Unsafe.SizeOf<FuseGetAttrIn>());
        Assert.Equal(64, Unsafe.SizeOf<FuseInitIn>());
        Assert.Equal(64, Unsafe.SizeOf<FuseInitOut>());
        Assert.Equal(8, Unsafe.SizeOf<FuseOpenIn>());
        Assert.Equal(16, Unsafe.SizeOf<FuseOpenOut>());
        Assert.Equal(24, Unsafe.SizeOf<FuseReleaseIn>());
        Assert.Equal(40, Unsafe.SizeOf<FuseReadIn>());
        Assert.Equal(80, Unsafe.SizeOf<FuseStatFsOut>());
        Assert.Equal(8, Unsafe.SizeOf<FuseGetXattrIn>());
        Assert.Equal(8, Unsafe.SizeOf<FuseGetXattrOut>());
        Assert.Equal(8, Unsafe.SizeOf<FuseAccessIn>());
        Assert.Equal(8, Unsafe.SizeOf<FuseInterruptIn>());
        Assert.Equal(8, Unsafe.SizeOf<FuseForgetIn>());
        Assert.Equal(16, Unsafe.SizeOf<FuseForgetOne>());
        Assert.Equal(8, Unsafe.SizeOf<FuseBatchForgetIn>());
        Assert.Equal(24, Unsafe.SizeOf<FuseLseekIn>());
        Assert.Equal(8, Unsafe.SizeOf<FuseLseekOut>());
        Assert.Equal(24, Unsafe.SizeOf<FuseDirent>());
        Assert.Equal(152, Unsafe.SizeOf<FuseDirentPlus>());
        Assert.Equal(24, Unsafe.SizeOf<FuseNotifyInvalInodeOut>());
        Assert.Equal(16, Unsafe.SizeOf<FuseNotifyPruneOut>());
        Assert.Equal(16, Unsafe.SizeOf<FuseNotifyInvalEntryOut>());
        Assert.Equal(16, Unsafe.SizeOf<FuseBackingMap>());
    }

    [Theory]
    [InlineData(typeof(FuseInHeader), nameof(FuseInHeader.Unique), 8)]
    [InlineData(typeof(FuseInHeader), nameof(FuseInHeader.Pid), 32)]
    [InlineData(typeof(FuseAttr), nameof(FuseAttr.AccessTimeNanoseconds), 48)]
    [InlineData(typeof(FuseAttr), nameof(FuseAttr.Mode), 60)]
    [InlineData(typeof(FuseAttr), nameof(FuseAttr.Flags), 84)]
    [InlineData(typeof(FuseEntryOut), nameof(FuseEntryOut.EntryValidNanoseconds), 32)]
    [InlineData(typeof(FuseEntryOut), nameof(FuseEntryOut.Attributes), 40)]
    [InlineData(typeof(FuseAttrOut), nameof(FuseAttrOut.Attributes), 16)]
    [InlineData(typeof(FuseInitIn), nameof(FuseInitIn.FlagsHigh), 16)]
    [InlineData(typeof(FuseInitOut), nameof(FuseInitOut.MaxWrite), 20)]
    [InlineData(typeof(FuseInitOut), nameof(FuseInitOut.MaxPages), 28)]
    [InlineData(typeof(FuseInitOut), nameof(FuseInitOut.FlagsHigh), 32)]
    [InlineData(typeof(FuseInitOut), nameof(FuseInitOut.MaxStackDepth), 36)]
    [InlineData(typeof(FuseOpenOut), nameof(FuseOpenOut.BackingId), 12)]
    [InlineData(typeof(FuseReadIn), nameof(FuseReadIn.Size), 16)]
    [InlineData(typeof(FuseReadIn), nameof(FuseReadIn.Flags), 32)]
    [InlineData(typeof(FuseStatFsOut), nameof(FuseStatFsOut.NameLength), 44)]
    [InlineData(typeof(FuseDirentPlus), nameof(FuseDirentPlus.Dirent), 128)]
    public void Fields_stand_where_the_kernel_has_them(Type structure, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(structure, field));

    [Fact]
    public void Flags_have_the_kernels_bits()
    {
        Assert.Equal(1UL << 13, (ulong)FuseInitFlags.DoReadDirPlus);
        Assert.Equal(1UL << 18, (ulong)FuseInitFlags.ParallelDirOps);
        Assert.Equal(1UL << 22, (ulong)FuseInitFlags.MaxPages);
        Assert.Equal(1UL << 24, (ulong)FuseInitFlags.NoOpenDirSupport);
        Assert.Equal(1UL << 30, (ulong)FuseInitFlags.InitExt);
        Assert.Equal(1UL << 37, (ulong)FuseInitFlags.Passthrough);
        Assert.Equal(1UL << 39, (ulong)FuseInitFlags.HasResend);
        Assert.Equal(1UL << 42, (ulong)FuseInitFlags.RequestTimeout);
        Assert.Equal(52U, (uint)FuseOpcode.Statx);
    }
}
