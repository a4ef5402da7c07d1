using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Strato.Posix;

namespace Strato.Fuse;

/// <summary>Page-aligned memory outside the garbage collector's heap. Spans of it end with it.</summary>
internal sealed unsafe class NativeBuffer : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly int length;

    public NativeBuffer(int length)
        : base(ownsHandle: true)
    {
        this.length = length;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)length, (nuint)Environment.SystemPageSize));
    }

    /// <summary>
    /// Has every page there, and kept there where this process may lock memory. A thread that is killed while the kernel copies a request to a page
    /// that is not there takes that request with it: its caller gets EIO, and no successor is sent it again.
    /// </summary>
    public void MakeResident()
    {
        Span.Clear();
        _ = MemoryPages.Lock((void*)handle, length);
    }

    public Span<byte> Span => new((void*)handle, length);

    protected override bool ReleaseHandle()
    {
        _ = MemoryPages.Unlock((void*)handle, length);
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
