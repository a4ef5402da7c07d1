using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strato.Posix.Memory;

/// <summary>
/// An anonymous memory file (memfd), mapped whole and shared. Its length is fixed but sparse: pages exist once they are
/// touched, so a length of many gigabytes costs address space only, and pointers into it never move. Whoever holds the
/// descriptor can map the same bytes after this process has ended. Safe to use from all threads; disposing unmaps it.
/// </summary>
public sealed unsafe partial class SharedMemory : IDisposable
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapShared = 1;
    private const int MapNoReserve = 0x4000;
    private const uint CloseOnExec = 1;

    private SharedMemory(SafeFileHandle descriptor, byte* start, long length)
    {
        Descriptor = descriptor;
        Start = start;
        Length = length;
    }

    /// <summary>The memory file. It stays owned by this object; duplicate it to hand it on.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>The first byte of the mapping, on a page boundary; null once disposed.</summary>
    public byte* Start { get; private set; }

    /// <summary>The mapping's length in bytes.</summary>
    public long Length { get; }

    /// <summary>Makes a memory file of zeros. Throws <see cref="Win32Exception"/> where the kernel refuses.</summary>
    /// <param name="name">Shown in /proc/self/maps, for people.</param>
    /// <param name="length">Bytes of address space, not of memory.</param>
    public static SharedMemory Create(string name, long length)
    {
        int fd = memfd_create(name, CloseOnExec);
        SafeFileHandle descriptor = new(fd, ownsHandle: true);
        if (fd < 0 || ftruncate(descriptor, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            descriptor.Dispose();
            throw new Win32Exception(error);
        }

        return Map(descriptor, length);
    }

    /// <summary>Maps a memory file that another process made, and takes the descriptor over.</summary>
    public static SharedMemory Map(SafeFileHandle descriptor, long length)
    {
        nint address = mmap(0, (nuint)length, ProtRead | ProtWrite, MapShared | MapNoReserve, descriptor, 0);
        if (address == -1)
        {
            int error = Marshal.GetLastPInvokeError();
            descriptor.Dispose();
            throw new Win32Exception(error);
        }

        return new SharedMemory(descriptor, (byte*)address, length);
    }

    public void Dispose()
    {
        if (Start is not null)
        {
            _ = munmap((nint)Start, (nuint)Length);
            Start = null;
            Descriptor.Dispose();
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, SafeFileHandle descriptor, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);
}
