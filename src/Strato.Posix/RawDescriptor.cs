using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// Calls on bare descriptor numbers, for request paths on which an object for each open file would be garbage. The caller owns the
/// number, closes it once and uses it from nowhere after that; everybody else takes a <see cref="FileDescriptor"/>.
/// </summary>
public static unsafe class RawDescriptor
{
    private const int EmptyPath = 0x1000;
    private const uint BasicStatistics = 0x7FF;

    /// <summary>As <see cref="PosixFile.Open"/>; <paramref name="descriptor"/> is -1 on failure.</summary>
    public static Errno Open(FileDescriptor? directory, ReadOnlySpan<byte> path, OpenFlags flags, out int descriptor)
    {
        descriptor = -1;
        using TerminatedPath terminated = new(path, stackalloc byte[TerminatedPath.StackSize]);
        if (!terminated.IsValid)
        {
            return Errno.EINVAL;
        }

        using DescriptorLease start = new(directory);
        fixed (byte* native = terminated)
        {
            Errno errno;
            do
            {
                descriptor = LibC.OpenAt(start.Value, native, OpenFlagBits.ToNative(flags), 0);
                errno = LibC.Check(descriptor);
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>The file's status.</summary>
    public static Errno GetStatus(int descriptor, out FileStatus status)
    {
        StatxBuffer buffer = default;
        byte empty = 0;
        Errno errno = LibC.Check(LibC.Statx(descriptor, &empty, EmptyPath, BasicStatistics, &buffer));
        status = errno == Errno.None ? new FileStatus(buffer) : default;
        return errno;
    }

    /// <summary>As <see cref="PosixFile.Lock"/>.</summary>
    public static Errno Lock(int descriptor, FileLock kind, bool wait)
    {
        const int nonBlocking = 4;
        Errno errno;
        do
        {
            errno = LibC.Check(LibC.FLock(descriptor, (int)kind | (wait ? 0 : nonBlocking)));
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    /// <summary>As <see cref="PosixFile.ReadAt"/>.</summary>
    public static Errno ReadAt(int descriptor, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* native = buffer)
        {
            Errno errno;
            do
            {
                count = (int)LibC.PRead(descriptor, native, (nuint)buffer.Length, offset);
                errno = LibC.Check(count);
            }
            while (errno == Errno.EINTR);
            return errno;
        }
    }

    /// <summary>Sets access and modification time, of the open file itself.</summary>
    public static Errno SetTimes(int descriptor, Timestamp access, Timestamp modification)
    {
        TimeSpec* times = stackalloc TimeSpec[2];
        times[0] = new TimeSpec { Seconds = access.Seconds, Nanoseconds = access.Nanoseconds };
        times[1] = new TimeSpec { Seconds = modification.Seconds, Nanoseconds = modification.Nanoseconds };
        return LibC.Check(LibC.FUTimeNs(descriptor, times));
    }

    /// <summary>Closes the number.</summary>
    public static void Close(int descriptor) => _ = LibC.Close(descriptor);

    /// <summary>Has the kernel begin to read a part of a file into its cache, without waiting for it; what is there already costs nothing.</summary>
    public static void WillNeed(int descriptor, long offset, long length) =>
        _ = LibC.FAdvise(descriptor, offset, length, (int)AccessAdvice.WillNeed);
}
