using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Calls on names. Paths are bytes without NUL (EINVAL otherwise); relative ones start at the given directory, or at the working directory
/// where that is null. No call follows a symbolic link in the last name unless it says so. Safe on any thread.
/// </summary>
public static unsafe class PosixPath
{
    /// <summary>Bytes of the longest path that the kernel takes, with its NUL.</summary>
    public const int MaxPath = 4096;

    private const int NoFollow = 0x100;
    private const int RemoveDirectoryFlag = 0x200;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatistics = 0x7FF;

    /// <summary>The status of a name, of a symbolic link itself unless <paramref name="follow"/>; of the directory itself where the path is empty.</summary>
    public static Errno GetStatus(FileDescriptor? directory, ReadOnlySpan<byte> path, out FileStatus status, bool follow = false)
    {
        status = default;
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        using DescriptorLease start = new(directory);
        int flags = (follow ? 0 : NoFollow) | (path.IsEmpty && directory is not null ? EmptyPath : 0);
        StatxBuffer buffer = default;
        fixed (byte* native = terminated)
        {
            Errno errno = LibC.Check(LibC.Statx(start.Value, native, flags, BasicStatistics, &buffer));
            status = errno == Errno.None ? new FileStatus(buffer) : default;
            return errno;
        }
    }

    /// <summary>Reads a symbolic link's target into <paramref name="target"/>; ERANGE where it does not fit (4096 bytes always do).</summary>
    public static Errno ReadLink(FileDescriptor? directory, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated, output = target)
        {
            nint count = LibC.ReadLinkAt(start.Value, native, output, (nuint)target.Length);
            Errno errno = LibC.Check(count);
            if (errno != Errno.None)
            {
                return errno;
            }

            // The call cuts silently: a full buffer may hold a part only.
            length = (int)count;
            return count == target.Length ? Errno.ERANGE : Errno.None;
        }
    }

    /// <summary>
    /// The absolute path without symbolic links of what a path leads to. It asks no file system for the last name's status, so it works on a mount
    /// whose server is dead.
    /// </summary>
    public static Errno Resolve(ReadOnlySpan<byte> path, out byte[] resolved)
    {
        resolved = [];
        Errno errno = PosixFile.Open(null, path, OpenFlags.Path, out FileDescriptor? place);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (place)
        {
            Span<byte> link = stackalloc byte[ProcPath.Size];
            Span<byte> target = stackalloc byte[MaxPath];
            errno = ReadLink(null, link[..ProcPath.Descriptor(place!.Value, link)], target, out int length);
            resolved = target[..length].ToArray();
            return errno;
        }
    }

    /// <summary>Makes a directory with these permissions, before the umask.</summary>
    public static Errno MakeDirectory(FileDescriptor? directory, ReadOnlySpan<byte> path, uint permissions)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.MkDirAt(start.Value, native, permissions)) : Errno.EINVAL;
        }
    }

    /// <summary>Makes a fifo, socket, device or empty file; <paramref name="mode"/> holds its type and permissions.</summary>
    public static Errno MakeNode(FileDescriptor? directory, ReadOnlySpan<byte> path, uint mode, ulong device)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.MkNodAt(start.Value, native, mode, device)) : Errno.EINVAL;
        }
    }

    /// <summary>Removes a name that is not a directory.</summary>
    public static Errno Unlink(FileDescriptor? directory, ReadOnlySpan<byte> path) => Remove(directory, path, 0);

    /// <summary>Removes an empty directory.</summary>
    public static Errno RemoveDirectory(FileDescriptor? directory, ReadOnlySpan<byte> path) => Remove(directory, path, RemoveDirectoryFlag);

    /// <summary>
    /// Moves a name in one step that other processes see whole. Where <paramref name="replace"/> is false an existing target gives EEXIST, and
    /// a file system that cannot promise this gives EINVAL.
    /// </summary>
    public static Errno Rename(
        FileDescriptor? fromDirectory, ReadOnlySpan<byte> from, FileDescriptor? toDirectory, ReadOnlySpan<byte> to, bool replace)
    {
        const uint NoReplace = 1;
        using TerminatedPath source = new(from, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath target = new(to, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease sourceStart = new(fromDirectory);
        using DescriptorLease targetStart = new(toDirectory);
        fixed (byte* sourcePath = source, targetPath = target)
        {
            return source.IsValid && target.IsValid
                ? LibC.Check(LibC.RenameAt2(sourceStart.Value, sourcePath, targetStart.Value, targetPath, replace ? 0 : NoReplace))
                : Errno.EINVAL;
        }
    }

    /// <summary>Gives a file another name; EEXIST where that is taken.</summary>
    public static Errno Link(FileDescriptor? fromDirectory, ReadOnlySpan<byte> from, FileDescriptor? toDirectory, ReadOnlySpan<byte> to)
    {
        using TerminatedPath source = new(from, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath target = new(to, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease sourceStart = new(fromDirectory);
        using DescriptorLease targetStart = new(toDirectory);
        fixed (byte* sourcePath = source, targetPath = target)
        {
            return source.IsValid && target.IsValid
                ? LibC.Check(LibC.LinkAt(sourceStart.Value, sourcePath, targetStart.Value, targetPath, 0))
                : Errno.EINVAL;
        }
    }

    /// <summary>
    /// Names an open file, such as one opened with <see cref="OpenFlags.Temporary"/>; EEXIST where the name is taken. The descriptor itself
    /// is linked where the kernel allows that (to CAP_DAC_READ_SEARCH; from 6.10 on to whoever opened it); elsewhere
    /// its name in /proc, for which no privilege is needed but two more path walks are.
    /// </summary>
    public static Errno LinkDescriptor(FileDescriptor file, FileDescriptor? directory, ReadOnlySpan<byte> path)
    {
        const int followSource = 0x400;
        const int emptyPath = 0x1000;
        using TerminatedPath target = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!target.IsValid)
        {
            return Errno.EINVAL;
        }

        using DescriptorLease lease = new(file);
        using DescriptorLease start = new(directory);
        byte nothing = 0;
        fixed (byte* targetPath = target)
        {
            Errno errno = LibC.Check(LibC.LinkAt(lease.Value, &nothing, start.Value, targetPath, emptyPath));
            if (errno is not Errno.ENOENT and not Errno.EPERM)
            {
                return errno;
            }

            // ENOENT says that the privilege is missing as well as that the target's directory is.
            Span<byte> source = stackalloc byte[ProcPath.Size];
            ProcPath.Descriptor(lease.Value, source);
            fixed (byte* sourcePath = source)
            {
                return LibC.Check(LibC.LinkAt(LibC.WorkingDirectory, sourcePath, start.Value, targetPath, followSource));
            }
        }
    }

    /// <summary>Makes a symbolic link that holds <paramref name="target"/> as it is.</summary>
    public static Errno MakeSymbolicLink(ReadOnlySpan<byte> target, FileDescriptor? directory, ReadOnlySpan<byte> path)
    {
        using TerminatedPath content = new(target, stackalloc byte[TerminatedPath.StackSize]);
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        fixed (byte* contentBytes = content, native = terminated)
        {
            return content.IsValid && terminated.IsValid ? LibC.Check(LibC.SymlinkAt(contentBytes, start.Value, native)) : Errno.EINVAL;
        }
    }

    /// <summary>Sets the times of a name, of a symbolic link itself.</summary>
    public static Errno SetTimes(FileDescriptor? directory, ReadOnlySpan<byte> path, Timestamp access, Timestamp modification)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        TimeSpec* times = stackalloc TimeSpec[2];
        times[0] = new TimeSpec { Seconds = access.Seconds, Nanoseconds = access.Nanoseconds };
        times[1] = new TimeSpec { Seconds = modification.Seconds, Nanoseconds = modification.Nanoseconds };
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.UTimeNsAt(start.Value, native, times, NoFollow)) : Errno.EINVAL;
        }
    }

    /// <summary>Sets the twelve permission bits; follows symbolic links, which have none of their own.</summary>
    public static Errno SetPermissions(FileDescriptor? directory, ReadOnlySpan<byte> path, uint permissions)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.FChModAt(start.Value, native, permissions, 0)) : Errno.EINVAL;
        }
    }

    /// <summary>Sets owner and group of a name, of a symbolic link itself.</summary>
    public static Errno SetOwner(FileDescriptor? directory, ReadOnlySpan<byte> path, uint uid, uint gid)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.FChOwnAt(start.Value, native, uid, gid, NoFollow)) : Errno.EINVAL;
        }
    }

    /// <summary>Whether the process, with its effective user and group, may do something with a path; follows symbolic links. EROFS where nobody may write.</summary>
    public static Errno CheckAccess(ReadOnlySpan<byte> path, AccessModes modes)
    {
        const int effective = 0x200; // AT_EACCESS
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.FAccessAt(LibC.WorkingDirectory, native, (int)modes, effective)) : Errno.EINVAL;
        }
    }

    /// <summary>The state of the file system that holds a path; follows symbolic links.</summary>
    public static Errno GetFileSystemStatus(ReadOnlySpan<byte> path, out FileSystemStatus status)
    {
        status = default;
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        StatFsBuffer buffer = default;
        fixed (byte* native = terminated)
        {
            Errno errno = LibC.Check(LibC.StatFs(native, &buffer));
            status = new FileSystemStatus(
                buffer.Type, buffer.BlockSize, buffer.Blocks, buffer.BlocksAvailable, buffer.Files, buffer.FilesFree, buffer.NameLength);
            return errno;
        }
    }

    private static Errno Remove(FileDescriptor? directory, ReadOnlySpan<byte> path, int flags)
    {
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            return terminated.IsValid ? LibC.Check(LibC.UnlinkAt(start.Value, native, flags)) : Errno.EINVAL;
        }
    }
}
