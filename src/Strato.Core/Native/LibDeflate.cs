using System.Runtime.InteropServices;

namespace Strato.Core.Native;

/// <summary>libdeflate (<c>libdeflate.so.0</c>): whole buffers only, about twice as fast as zlib in both directions. Optional on a host.</summary>
internal static unsafe partial class LibDeflate
{
    public const int Success = 0;
    public const int BadData = 1;
    public const int ShortOutput = 2;
    public const int InsufficientSpace = 3;

    static LibDeflate()
    {
        NativeLibraries.Register();
        IsPresent = NativeLibraries.IsPresent(NativeLibraries.Deflate);
    }

    /// <summary>False where the library is not installed; nothing else here may be called then.</summary>
    public static bool IsPresent { get; }

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_alloc_compressor")]
    public static partial nint AllocateCompressor(int level);

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_free_compressor")]
    public static partial void FreeCompressor(nint compressor);

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_zlib_compress_bound")]
    public static partial nuint CompressBound(nint compressor, nuint length);

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_zlib_compress")]
    public static partial nuint Compress(nint compressor, byte* plain, nuint plainLength, byte* encoded, nuint encodedLength);

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_alloc_decompressor")]
    public static partial nint AllocateDecompressor();

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_free_decompressor")]
    public static partial void FreeDecompressor(nint decompressor);

    [LibraryImport(NativeLibraries.Deflate, EntryPoint = "libdeflate_zlib_decompress_ex")]
    public static partial int Decompress(
        nint decompressor, byte* encoded, nuint encodedLength, byte* plain, nuint plainCapacity, nuint* consumed, nuint* written);
}
