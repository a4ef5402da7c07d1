using System.Runtime.InteropServices;

namespace Strato.Core.Compression;

/// <summary>
/// A native buffer of a fixed limit, of which only what is used ever becomes memory: nothing is copied as it fills, as a growing array would
/// be (a chunk of 8 MiB touched 24 MiB, and each fresh page costs a fault). Made when it is first added to. One thread at a time.
/// </summary>
internal sealed unsafe class GatheredBytes(int limit) : SafeHandle(0, ownsHandle: true)
{
    private int count;

    public override bool IsInvalid => handle == 0;

    /// <summary>How many bytes may still be added.</summary>
    public int Room => limit - count;

    /// <summary>What was added, valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Span => new((void*)handle, count);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Room);
        if (IsInvalid)
        {
            SetHandle((nint)NativeMemory.Alloc((nuint)limit));
        }

        bytes.CopyTo(new Span<byte>((byte*)handle + count, Room));
        count += bytes.Length;
    }

    public void Clear() => count = 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
