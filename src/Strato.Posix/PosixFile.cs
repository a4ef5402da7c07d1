using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Calls on open files. Each answers an <see cref="Errno"/>; outputs mean something only where that is <see cref="Errno.None"/>. EINTR is
/// retried. All are safe on any thread.
/// </summary>
public static unsafe class PosixFile
{
    /// <summary>Opens a path; relative ones start at <paramref name="directory"/>, or at the working directory where that is null.</summary>
    /// <param name="directory">An open directory, or null.</param>
    /// <param name="path">Bytes without NUL.</param>
    /// <param name="flags">Close-on-exec is always added.</param>
    /// <param name="descriptor">The open file; null on failure.</param>
    /// <param name="mode">Permissions of a file that this call makes, before the umask.</param>
    public static Errno Open(FileDescriptor? directory, ReadOnlySpan<byte> path, OpenFlags flags, out FileDescriptor? descriptor, uint mode = 0)
    {
        descriptor = null;
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            int result;
            Errno errno;
            do
            {
                result = LibC.OpenAt(start.Value, native, OpenFlagBits.ToNative(flags), mode);
                errno = LibC.Check(result);
            }
            while (errno == Errno.EINTR);
            descriptor = errno == Errno.None ? new FileDescriptor(result) : null;
            return errno;
        }
    }

    /// <summary>Reads at the file's position; zero bytes mean the end.</summary>
    public static Errno Read(FileDescriptor file, Span<byte> buffer, out int count)
    {
        using DescriptorLease lease = new(file);
        fixed (byte* native = buffer)
        {
            Errno errno;
            do
            {
                count = (int)LibC.Read(lease.Value, native, (nuint)buffer.Length);
                errno = LibC.Check(count);
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>Reads at <paramref name="offset"/> without moving the file's position; zero bytes mean the end. May answer fewer than asked for.</summary>
    public static Errno ReadAt(FileDescriptor file, Span<byte> buffer, long offset, out int count)
    {
        using DescriptorLease lease = new(file);
        fixed (byte* native = buffer)
        {
            Errno errno;
            do
            {
                count = (int)LibC.PRead(lease.Value, native, (nuint)buffer.Length, offset);
                errno = LibC.Check(count);
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>Reads at <paramref name="offset"/> until the buffer is full or the file ends.</summary>
    public static Errno ReadFullyAt(FileDescriptor file, Span<byte> buffer, long offset, out int count)
    {
        count = 0;
        while (count < buffer.Length)
        {
            Errno errno = ReadAt(file, buffer[count..], offset + count, out int read);
            if (errno != Errno.None)
            {
                return errno;
            }

            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return Errno.None;
    }

    /// <summary>
    /// Asks the driver behind a file for something of its own, ioctl(2). <paramref name="result"/> is what the call returned where it did not fail.
    /// </summary>
    public static Errno Control<T>(FileDescriptor file, uint request, ref T argument, out int result)
        where T : unmanaged
    {
        using DescriptorLease lease = new(file);
        fixed (T* native = &argument)
        {
            result = LibC.IoControl(lease.Value, request, native);
            return LibC.Check(result);
        }
    }

    /// <summary>Writes once at the file's position; may take fewer bytes than given.</summary>
    public static Errno Write(FileDescriptor file, ReadOnlySpan<byte> bytes, out int count)
    {
        using DescriptorLease lease = new(file);
        fixed (byte* native = bytes)
        {
            Errno errno;
            do
            {
                count = (int)LibC.Write(lease.Value, native, (nuint)bytes.Length);
                errno = LibC.Check(count);
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>Writes two pieces with one call, as a device that takes whole messages needs it.</summary>
    public static Errno Write(FileDescriptor file, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, out int count)
    {
        if (tail.IsEmpty)
        {
            return Write(file, head, out count);
        }

        using DescriptorLease lease = new(file);
        fixed (byte* first = head, second = tail)
        {
            IoVector* vectors = stackalloc IoVector[2];
            vectors[0] = new IoVector { Base = first, Length = (nuint)head.Length };
            vectors[1] = new IoVector { Base = second, Length = (nuint)tail.Length };
            Errno errno;
            do
            {
                count = (int)LibC.WriteV(lease.Value, vectors, 2);
                errno = LibC.Check(count);
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>Writes all of the bytes at the file's position.</summary>
    public static Errno WriteAll(FileDescriptor file, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Errno errno = Write(file, bytes, out int count);
            if (errno != Errno.None)
            {
                return errno;
            }

            bytes = bytes[count..];
        }

        return Errno.None;
    }

    /// <summary>Writes all of the bytes at <paramref name="offset"/> without moving the file's position.</summary>
    public static Errno WriteAllAt(FileDescriptor file, ReadOnlySpan<byte> bytes, long offset)
    {
        using DescriptorLease lease = new(file);
        fixed (byte* native = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint count = LibC.PWrite(lease.Value, native + done, (nuint)(bytes.Length - done), offset + done);
                Errno errno = LibC.Check(count);
                if (errno is not Errno.None and not Errno.EINTR)
                {
                    return errno;
                }

                done += (int)Math.Max(count, 0);
            }
        }

        return Errno.None;
    }

    /// <summary>The file's status.</summary>
    public static Errno GetStatus(FileDescriptor file, out FileStatus status) => PosixPath.GetStatus(file, default, out status);

    /// <summary>Sets the file's length, cutting or adding zeros.</summary>
    public static Errno Truncate(FileDescriptor file, long length)
    {
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.FTruncate(lease.Value, length));
    }

    /// <summary>Takes disk space for a range beforehand, so that a full disk shows now; the length grows where the range ends beyond it.</summary>
    public static Errno Allocate(FileDescriptor file, long offset, long length)
    {
        using DescriptorLease lease = new(file);
        Errno errno;
        do
        {
            errno = LibC.Check(LibC.FAllocate(lease.Value, 0, offset, length));
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    /// <summary>Sets the twelve permission bits.</summary>
    public static Errno SetPermissions(FileDescriptor file, uint permissions)
    {
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.FChMod(lease.Value, permissions));
    }

    /// <summary>Tells the kernel how a range will be used; a length of zero means up to the end.</summary>
    public static Errno Advise(FileDescriptor file, AccessAdvice advice, long offset = 0, long length = 0)
    {
        using DescriptorLease lease = new(file);
        return (Errno)LibC.FAdvise(lease.Value, offset, length, (int)advice);
    }

    /// <summary>Takes, changes or drops the lock; EAGAIN where somebody else holds it and <paramref name="wait"/> is false.</summary>
    public static Errno Lock(FileDescriptor file, FileLock kind, bool wait)
    {
        const int NonBlocking = 4;
        using DescriptorLease lease = new(file);
        Errno errno;
        do
        {
            errno = LibC.Check(LibC.FLock(lease.Value, (int)kind | (wait ? 0 : NonBlocking)));
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    /// <summary>
    /// Gives up what is locked, and closes. Closing alone would not do: a program that another thread is just starting shares every open file until it runs, and
    /// the lock would be held until then.
    /// </summary>
    public static void UnlockAndClose(FileDescriptor file)
    {
        if (!file.IsClosed)
        {
            _ = Lock(file, FileLock.None, wait: true);
        }

        file.Dispose();
    }

    /// <summary>Keeps a descriptor that this process was started with from the programs that it starts.</summary>
    public static Errno SetCloseOnExecute(FileDescriptor file)
    {
        const int setFlags = 2;
        const int closeOnExecute = 1;
        using DescriptorLease lease = new(file);
        return LibC.Check(LibC.FControl(lease.Value, setFlags, closeOnExecute));
    }

    /// <summary>Another number, close-on-exec, for the same open file description.</summary>
    public static Errno Duplicate(FileDescriptor file, out FileDescriptor? copy) => Duplicate(file, 0, out copy);

    /// <summary>The same with a number that is not below <paramref name="lowest"/>.</summary>
    internal static Errno Duplicate(FileDescriptor file, int lowest, out FileDescriptor? copy)
    {
        const int DuplicateCloseOnExec = 1030;
        using DescriptorLease lease = new(file);
        int result = LibC.FControl(lease.Value, DuplicateCloseOnExec, lowest);
        Errno errno = LibC.Check(result);
        copy = errno == Errno.None ? new FileDescriptor(result) : null;
        return errno;
    }
}
