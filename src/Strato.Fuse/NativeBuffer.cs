using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    public Span<byte> Span => new((void*)handle, length);

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
