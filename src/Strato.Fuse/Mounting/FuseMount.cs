using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Fuse.Mounting;

/// <summary>
/// Mounts and unmounts FUSE file systems: with mount(2) where the caller may, through fusermount3 otherwise. All of them are read-only and
/// without device files and set-user-id. Failures are <see cref="FuseMountException"/>s. Nothing here touches a mounted file system itself.
/// </summary>
public static class FuseMount
{
    private const MountFlags Flags = MountFlags.ReadOnly | MountFlags.NoSetUserId | MountFlags.NoDevices;

    private static ReadOnlySpan<byte> Device => "/dev/fuse"u8;

    /// <summary>
    /// Mounts on a directory that exists. The descriptor is the caller's and goes to a <see cref="FuseConnection"/> at once: until its workers run,
    /// whoever looks at the directory waits.
    /// </summary>
    /// <param name="directory">The directory's path in bytes, absolute or not.</param>
    /// <param name="options">How to mount.</param>
    public static FileDescriptor Mount(ReadOnlySpan<byte> directory, FuseMountOptions options)
    {
        byte[] target = CheckTarget(directory, options);
        Errno errno = MountDirectly(target, options, out FileDescriptor? device);
        if (errno is Errno.EPERM or Errno.EACCES && PosixProcess.EffectiveUserId != 0)
        {
            return Fusermount.Mount(target, FusermountOptions(options));
        }

        return errno == Errno.None
            ? device!
            : throw Failed(errno, target, errno == Errno.EPERM ? "the process lacks CAP_SYS_ADMIN; give it to the container" : errno.Describe());
    }

    /// <summary>
    /// Unmounts what is mounted on a directory. Where it is in use, EBUSY; <paramref name="detach"/> takes it out of the tree all the same and lets
    /// its last user end it.
    /// </summary>
    public static void Unmount(ReadOnlySpan<byte> directory, bool detach)
    {
        byte[] target = Canonical(directory, "unmount");
        if (MountTable.Find(target) is not { IsFuse: true })
        {
            throw new FuseMountException(Errno.EINVAL, $"cannot unmount {Show(target)}: no FUSE file system is mounted there");
        }

        Errno errno = Mounts.Unmount(target, UnmountFlags.NoFollow | (detach ? UnmountFlags.Detach : UnmountFlags.None));
        if (errno == Errno.EPERM && PosixProcess.EffectiveUserId != 0)
        {
            Fusermount.Unmount(target, detach);
        }
        else if (errno != Errno.None)
        {
            string reason = errno switch
            {
                Errno.EBUSY => "it is in use (a program runs in it, or has a file of it open)",
                Errno.EPERM => "the process lacks CAP_SYS_ADMIN",
                _ => errno.Describe(),
            };
            throw new FuseMountException(errno, $"cannot unmount {Show(target)}: {reason}");
        }
    }

    /// <summary>A path for a message.</summary>
    internal static string Show(ReadOnlySpan<byte> path) => PrintableBytes.Escape(path);

    internal static FuseMountException Failed(Errno errno, ReadOnlySpan<byte> target, string reason) =>
        new(errno, $"cannot mount on {Show(target)}: {reason}");

    /// <summary>The options for fusermount3, which knows the flags by their names and takes a backslash before a comma in a value.</summary>
    internal static byte[] FusermountOptions(FuseMountOptions options)
    {
        using MemoryStream text = new();
        text.Write("ro,nosuid,nodev,subtype="u8);
        text.Write(Encoding.UTF8.GetBytes($"{options.Subtype},{Shared(options)},fsname="));
        foreach (byte value in options.Source)
        {
            if (value is (byte)',' or (byte)'\\')
            {
                text.WriteByte((byte)'\\');
            }

            text.WriteByte(value);
        }

        return text.ToArray();
    }

    private static string Shared(FuseMountOptions options)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"max_read={options.MaxRead}");
        text += options.DefaultPermissions ? ",default_permissions" : "";
        return options.AllowOther ? text + ",allow_other" : text;
    }

    private static byte[] CheckTarget(ReadOnlySpan<byte> directory, FuseMountOptions options)
    {
        byte[] target = Canonical(directory, "mount on");
        while (MountTable.Find(target) is { IsFuse: true } taken)
        {
            // Of a dead mount the kernel may still know the attributes, but never how full it is; who asked while it died hears that it was aborted. Whoever asks
            // a live one may have to wait.
            if (taken.Type != $"fuse.{options.Subtype}" || PosixPath.GetFileSystemStatus(target, out _) is not (Errno.ENOTCONN or Errno.ECONNABORTED))
            {
                throw Failed(Errno.EBUSY, target, $"{Show(taken.Source)} ({taken.Type}) is mounted there; unmount it first");
            }

            // What a killed daemon left behind serves nobody; a mount on top of it would outlive it as a trap.
            Unmount(target, detach: true);
        }

        PosixPath.GetStatus(null, target, out FileStatus status).ThrowIfFailed("look at", target);
        return status.Type == FileType.Directory ? target : throw Failed(Errno.ENOTDIR, target, "it is not a directory");
    }

    private static byte[] Canonical(ReadOnlySpan<byte> directory, string operation)
    {
        Errno errno = PosixPath.Resolve(directory, out byte[] target);
        return errno switch
        {
            Errno.None => target,
            Errno.ENOENT => throw new FuseMountException(errno, $"cannot {operation} {Show(directory)}: there is no such directory"),
            _ => throw new FuseMountException(errno, $"cannot {operation} {Show(directory)}: {errno.Describe()}"),
        };
    }

    private static Errno MountDirectly(byte[] target, FuseMountOptions options, out FileDescriptor? device)
    {
        Errno errno = PosixFile.Open(null, Device, OpenFlags.ReadWrite, out device);
        if (errno is Errno.ENOENT or Errno.ENODEV or Errno.ENXIO)
        {
            throw Failed(
                Errno.ENODEV, target, "there is no /dev/fuse; load the kernel module (modprobe fuse) or give the device to the container");
        }

        if (errno != Errno.None)
        {
            return errno;
        }

        string data = string.Create(
            CultureInfo.InvariantCulture,
            $"fd={device!.Value},rootmode=40000,user_id={PosixProcess.EffectiveUserId},group_id={PosixProcess.EffectiveGroupId},{Shared(options)}");
        errno = Mounts.Mount(options.Source, target, Encoding.UTF8.GetBytes($"fuse.{options.Subtype}"), Flags, Encoding.UTF8.GetBytes(data));
        if (errno != Errno.None)
        {
            device.Dispose();
            device = null;
        }

        return errno;
    }
}
