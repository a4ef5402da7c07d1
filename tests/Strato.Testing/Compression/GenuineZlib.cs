using System.Runtime.InteropServices;

namespace Strato.Testing.Compression;

/// <summary>The machine's libz, which the encoder is held against.</summary>
public static unsafe partial class GenuineZlib
{
    private const string Library = "libz.so.1";
    private const int Level = 6;

    /// <summary>False where the distribution has put another implementation in zlib's place, which writes other bytes.</summary>
    public static bool IsZlib { get; } = !Marshal.PtrToStringUTF8(Version())!.Contains("ng", StringComparison.Ordinal);

    /// <summary>A whole object as the genuine publisher stores it.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        CULong length = Bound(new CULong((nuint)plain.Length));
        byte[] encoded = new byte[(int)length.Value];
        fixed (byte* input = plain)
        fixed (byte* output = encoded)
        {
            int result = Compress(output, &length, input, new CULong((nuint)plain.Length), Level);
            return result == 0 ? encoded[..(int)length.Value] : throw new InvalidOperationException($"libz failed ({result})");
        }
    }

    [LibraryImport(Library, EntryPoint = "compress2")]
    private static partial int Compress(byte* encoded, CULong* encodedLength, byte* plain, CULong plainLength, int level);

    [LibraryImport(Library, EntryPoint = "compressBound")]
    private static partial CULong Bound(CULong length);

    [LibraryImport(Library, EntryPoint = "zlibVersion")]
    private static partial nint Version();
}
