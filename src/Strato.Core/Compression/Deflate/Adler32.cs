using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Strato.Core.Compression.Deflate;

/// <summary>The checksum at the end of a zlib stream (RFC 1950).</summary>
internal static class Adler32
{
    /// <summary>The checksum of nothing.</summary>
    public const uint Start = 1;

    private const uint Modulus = 65521;

    /// <summary>As many bytes as can be added before the sums must be reduced, a multiple of the vector's length.</summary>
    private const int Stretch = 5536;

    /// <summary>Continues a checksum.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> data)
    {
        uint low = checksum & 0xffff;
        uint high = checksum >> 16;
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> stretch = data[..Math.Min(data.Length, Stretch)];
            data = data[stretch.Length..];
            int vectors = Vector256.IsHardwareAccelerated ? AddVectors(stretch, ref low, ref high) : 0;
            foreach (byte value in stretch[vectors..])
            {
                low += value;
                high += low;
            }

            low %= Modulus;
            high %= Modulus;
        }

        return (high << 16) | low;
    }

    /// <summary>Adds whole vectors of 32 bytes and gives the number of bytes that they were.</summary>
    private static int AddVectors(ReadOnlySpan<byte> data, ref uint low, ref uint high)
    {
        int length = data.Length & ~(Vector256<byte>.Count - 1);
        ref byte first = ref MemoryMarshal.GetReference(data);
        Vector256<ushort> weightsLow = Vector256.Create((ushort)32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17);
        Vector256<ushort> weightsHigh = Vector256.Create((ushort)16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        Vector256<uint> sum = Vector256<uint>.Zero;
        Vector256<uint> sumsBefore = Vector256<uint>.Zero;
        Vector256<uint> weighted = Vector256<uint>.Zero;
        for (int index = 0; index < length; index += Vector256<byte>.Count)
        {
            (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref first, (nuint)index));
            sumsBefore += sum;
            (Vector256<uint> a, Vector256<uint> b) = Vector256.Widen(lower + upper);
            sum += a + b;
            (a, b) = Vector256.Widen((lower * weightsLow) + (upper * weightsHigh));
            weighted += a + b;
        }

        // Every byte counts once for each byte from it on; the sum at the start for each of them.
        high += (low * (uint)length) + (32 * Vector256.Sum(sumsBefore)) + Vector256.Sum(weighted);
        low += Vector256.Sum(sum);
        return length;
    }
}
