using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>zlib's <c>z_stream</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZStream
{
    public byte* NextIn;
    public uint AvailableIn;
    public CULong TotalIn;
    public byte* NextOut;
    public uint AvailableOut;
    public CULong TotalOut;
    public byte* Message;
    public nint State;
    public nint Allocate;
    public nint Free;
    public nint Opaque;
    public int DataType;
    public CULong Adler;
    public CULong Reserved;
}
