using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>The system's zlib (<c>libz.so.1</c>), for decoding. Streams must not move in memory: zlib keeps their address.</summary>
internal static unsafe partial class LibZ
{
    public const int NoFlush = 0;
    public const int Finish = 4;

    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int BufferError = -5;

    static LibZ() => NativeLibraries.Register();

    /// <summary>What zlib compares with its own: only the first digit must agree.</summary>
    private static ReadOnlySpan<byte> Version => "1.2.11\0"u8;

    public static int InflateInit(ZStream* stream)
    {
        fixed (byte* version = Version)
        {
            return InflateInit(stream, version, sizeof(ZStream));
        }
    }

    [LibraryImport(NativeLibraries.Zlib, EntryPoint = "inflate")]
    public static partial int Inflate(ZStream* stream, int flush);

    [LibraryImport(NativeLibraries.Zlib, EntryPoint = "inflateReset")]
    public static partial int InflateReset(ZStream* stream);

    [LibraryImport(NativeLibraries.Zlib, EntryPoint = "inflateEnd")]
    public static partial int InflateEnd(ZStream* stream);

    [LibraryImport(NativeLibraries.Zlib, EntryPoint = "inflateInit_")]
    private static partial int InflateInit(ZStream* stream, byte* version, int streamSize);
}
