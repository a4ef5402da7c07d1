using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Bind mounts by descriptor (Linux 5.12): a copy of a mount that is nowhere yet, what it may do, and where it goes. No path is looked up twice, so nobody who
/// renames or links something meanwhile decides what is mounted where. All need CAP_SYS_ADMIN.
/// </summary>
public static unsafe class DetachedMounts
{
    // The same on every architecture.
    private const nint OpenTreeNumber = 428;
    private const nint MoveMountNumber = 429;
    private const nint OpenAt2Number = 437;
    private const nint MountSetAttributesNumber = 442;

    private const int EmptyPath = 0x1000;

    /// <summary>
    /// Opens the place of a directory below another one. Symbolic links are followed as long as they stay below it: EXDEV where one, or <c>..</c>, leads out.
    /// </summary>
    public static Errno OpenBeneath(FileDescriptor directory, ReadOnlySpan<byte> path, out FileDescriptor? place)
    {
        const ulong noMagicLinks = 0x2;
        const ulong beneath = 0x8;
        const int closeOnExecute = 0x8_0000;
        place = null;
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        Span<ulong> how = [(ulong)(uint)(OpenFlagBits.ToNative(OpenFlags.Path | OpenFlags.Directory) | closeOnExecute), 0, beneath | noMagicLinks];
        using DescriptorLease lease = new(directory);
        fixed (byte* native = terminated)
        {
            fixed (ulong* howBytes = how)
            {
                return Result(LibCProcess.SysCall(OpenAt2Number, lease.Value, (nint)native, (nint)howBytes, sizeof(ulong) * 3), out place);
            }
        }
    }

    /// <summary>A copy of the mount that a directory lies on, with this directory as its root, and nothing that is mounted below.</summary>
    public static Errno Clone(FileDescriptor directory, out FileDescriptor? mount)
    {
        const nint cloneCloseOnExecute = 1 | 0x8_0000;
        byte none = 0;
        using DescriptorLease lease = new(directory);
        return Result(LibCProcess.SysCall(OpenTreeNumber, lease.Value, (nint)(&none), cloneCloseOnExecute | EmptyPath, 0), out mount);
    }

    /// <summary>Takes abilities from a mount, and has it neither send nor receive mounts.</summary>
    public static Errno Restrict(FileDescriptor mount, MountAttributes attributes)
    {
        Span<ulong> change = [(ulong)attributes, 0, (ulong)MountFlags.Private, 0];
        byte none = 0;
        using DescriptorLease lease = new(mount);
        fixed (ulong* changeBytes = change)
        {
            return LibC.Check(LibCProcess.SysCall(MountSetAttributesNumber, lease.Value, (nint)(&none), EmptyPath, (nint)changeBytes, sizeof(ulong) * 4));
        }
    }

    /// <summary>Puts a mount that is nowhere on a directory.</summary>
    public static Errno Attach(FileDescriptor mount, FileDescriptor directory)
    {
        const nint bothByDescriptor = 0x4 | 0x40;
        byte none = 0;
        using DescriptorLease from = new(mount);
        using DescriptorLease to = new(directory);
        return LibC.Check(LibCProcess.SysCall(MoveMountNumber, from.Value, (nint)(&none), to.Value, (nint)(&none), bothByDescriptor));
    }

    private static Errno Result(nint result, out FileDescriptor? descriptor)
    {
        Errno errno = LibC.Check(result);
        descriptor = errno == Errno.None ? new FileDescriptor((int)result) : null;
        return errno;
    }
}
