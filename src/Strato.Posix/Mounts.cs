using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>mount(2) and umount2(2). Both need CAP_SYS_ADMIN.</summary>
public static unsafe class Mounts
{
    /// <summary>Mounts a file system of the given type; source, type and data are what the file system makes of them.</summary>
    public static Errno Mount(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, ReadOnlySpan<byte> type, MountFlags flags, ReadOnlySpan<byte> data)
    {
        using TerminatedPath from = new(source, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath to = new(target, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath kind = new(type, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath options = new(data, stackalloc byte[TerminatedPath.StackSize]);
        if (!from.IsValid || !to.IsValid || !kind.IsValid || !options.IsValid)
        {
            return Errno.EINVAL;
        }

        fixed (byte* sourceBytes = from, targetBytes = to, typeBytes = kind, dataBytes = options)
        {
            return LibC.Check(LibCProcess.Mount(sourceBytes, targetBytes, typeBytes, (nuint)flags, dataBytes));
        }
    }

    /// <summary>
    /// Gives the calling thread, and the programs that it starts from now on, a mount table of its own: a copy of the one before, of which later changes stay
    /// unseen by others. The thread must not go back to a pool.
    /// </summary>
    public static Errno LeaveNamespace()
    {
        const int newMountNamespace = 0x20000;
        Errno errno = LibC.Check(LibCProcess.Unshare(newMountNamespace));
        return errno == Errno.None ? Mount("none"u8, "/"u8, ""u8, MountFlags.Recursive | MountFlags.Private, default) : errno;
    }

    /// <summary>Unmounts what is on top at the path; EINVAL where nothing is mounted there.</summary>
    public static Errno Unmount(ReadOnlySpan<byte> target, UnmountFlags flags)
    {
        using TerminatedPath terminated = new(target, stackalloc byte[TerminatedPath.StackSize]);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibCProcess.Umount2(native, (int)flags)) : Errno.EINVAL;
        }
    }
}
