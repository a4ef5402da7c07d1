using System.Runtime.InteropServices;
using Strato.Core.Native;

namespace Strato.Core.Compression;

/// <summary>Owns zlib's state for decompressing, in memory that does not move.</summary>
internal sealed unsafe class InflateStream : SafeHandle
{
    public InflateStream()
        : base(0, ownsHandle: true)
    {
        ZStream* stream = (ZStream*)NativeMemory.AllocZeroed((nuint)sizeof(ZStream));
        int result = LibZ.InflateInit(stream);
        if (result != LibZ.Ok)
        {
            NativeMemory.Free(stream);
            throw new InvalidOperationException($"zlib cannot start decompressing ({result})");
        }

        SetHandle((nint)stream);
    }

    public override bool IsInvalid => handle == 0;

    public ZStream* State
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (ZStream*)handle;
        }
    }

    public void Reset() => _ = LibZ.InflateReset(State);

    protected override bool ReleaseHandle()
    {
        _ = LibZ.InflateEnd((ZStream*)handle);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
