using System.Runtime.InteropServices;
using Strato.Core.Native;

namespace Strato.Core.Compression;

/// <summary>Owns zlib's state for compressing, in memory that does not move.</summary>
internal sealed unsafe class DeflateStream : SafeHandle
{
    public DeflateStream()
        : base(0, ownsHandle: true)
    {
        ZStream* stream = (ZStream*)NativeMemory.AllocZeroed((nuint)sizeof(ZStream));
        int result = LibZ.DeflateInit(stream);
        if (result != LibZ.Ok)
        {
            NativeMemory.Free(stream);
            throw new InvalidOperationException($"zlib cannot start compressing ({result})");
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

    public void Reset() => _ = LibZ.DeflateReset(State);

    protected override bool ReleaseHandle()
    {
        _ = LibZ.DeflateEnd((ZStream*)handle);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
