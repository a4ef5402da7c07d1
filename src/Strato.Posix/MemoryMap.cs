using Microsoft.Win32.SafeHandles;
using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>
/// A file mapped into memory, unmapped on disposal; whoever still holds a span or pointer into it then reads freed memory, so its owner
/// outlives them. Cutting the file below the mapping raises SIGBUS on access: map only files that nobody truncates.
/// </summary>
public sealed unsafe class MemoryMap : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int ProtectRead = 1;
    private const int ProtectWrite = 2;
    private const int Shared = 1;

    private MemoryMap(nint start, long length)
        : base(ownsHandle: true)
    {
        SetHandle(start);
        Length = length;
    }

    /// <summary>Bytes that are mapped.</summary>
    public long Length { get; }

    /// <summary>The first byte, page aligned.</summary>
    public byte* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (byte*)handle;
        }
    }

    /// <summary>The mapping as a span. Throws <see cref="OverflowException"/> for one over 2 GiB.</summary>
    public Span<byte> Span => new(Address, checked((int)Length));

    /// <summary>Maps <paramref name="length"/> bytes from the file's start, shared with every process that maps it. EINVAL for a length of zero.</summary>
    public static Errno Create(FileDescriptor file, long length, bool writable, out MemoryMap? map)
    {
        using DescriptorLease lease = new(file);
        nint start = (nint)LibCProcess.MMap(null, (nuint)length, ProtectRead | (writable ? ProtectWrite : 0), Shared, lease.Value, 0);
        Errno errno = LibC.Check(start == -1 ? -1 : 0);
        map = errno == Errno.None ? new MemoryMap(start, length) : null;
        return errno;
    }

    /// <summary>Keeps the pages in memory. ENOMEM or EPERM where the process may not lock so much (RLIMIT_MEMLOCK).</summary>
    public Errno LockInMemory() => LibC.Check(LibCProcess.MLock(Address, (nuint)Length));

    protected override bool ReleaseHandle() => LibCProcess.MUnmap((void*)handle, (nuint)Length) == 0;
}
