using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Strato.Core.Paths;

/// <summary>
/// MD5 (RFC 1321) of a path, which is no matter of security here. The cryptographic library fetches, locks and frees around each digest: 0.9 µs for a path
/// of 50 bytes, of which this takes 0.2, and every name that is listed needs one.
/// </summary>
internal static class PathDigest
{
    private const int BlockLength = 64;
    private const int LengthPlace = BlockLength - sizeof(ulong);

    // The integer part of 2^32 times |sin(i + 1)|.
    private static ReadOnlySpan<uint> Sines =>
    [
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
        0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
        0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
        0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
        0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
        0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
    ];

    /// <summary>The digest's first and last eight bytes.</summary>
    public static PathKey Of(ReadOnlySpan<byte> path)
    {
        State state = new(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
        ReadOnlySpan<byte> rest = path;
        for (; rest.Length >= BlockLength; rest = rest[BlockLength..])
        {
            state = Add(in state, rest);
        }

        // A one bit, zeros, and the length in bits at the end of a block.
        Span<byte> last = stackalloc byte[2 * BlockLength];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        int end = rest.Length < LengthPlace ? BlockLength : 2 * BlockLength;
        BinaryPrimitives.WriteUInt64LittleEndian(last[(end - sizeof(ulong))..], (ulong)path.Length * 8);
        for (int start = 0; start < end; start += BlockLength)
        {
            state = Add(in state, last[start..]);
        }

        return new PathKey((long)(((ulong)state.B << 32) | state.A), (long)(((ulong)state.D << 32) | state.C));
    }

    private static State Add(in State before, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[BlockLength / sizeof(uint)];
        block[..BlockLength].CopyTo(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        ref uint x = ref MemoryMarshal.GetReference(words);
        ref uint k = ref MemoryMarshal.GetReference(Sines);
        (uint a, uint b, uint c, uint d) = (before.A, before.B, before.C, before.D);
        for (int i = 0; i < 16; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (d ^ (b & (c ^ d))) + At(ref x, i) + At(ref k, i), 7);
            d = a + BitOperations.RotateLeft(d + (c ^ (a & (b ^ c))) + At(ref x, i + 1) + At(ref k, i + 1), 12);
            c = d + BitOperations.RotateLeft(c + (b ^ (d & (a ^ b))) + At(ref x, i + 2) + At(ref k, i + 2), 17);
            b = c + BitOperations.RotateLeft(b + (a ^ (c & (d ^ a))) + At(ref x, i + 3) + At(ref k, i + 3), 22);
        }

        for (int i = 16; i < 32; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (c ^ (d & (b ^ c))) + At(ref x, ((5 * i) + 1) & 15) + At(ref k, i), 5);
            d = a + BitOperations.RotateLeft(d + (b ^ (c & (a ^ b))) + At(ref x, ((5 * i) + 6) & 15) + At(ref k, i + 1), 9);
            c = d + BitOperations.RotateLeft(c + (a ^ (b & (d ^ a))) + At(ref x, ((5 * i) + 11) & 15) + At(ref k, i + 2), 14);
            b = c + BitOperations.RotateLeft(b + (d ^ (a & (c ^ d))) + At(ref x, (5 * i) & 15) + At(ref k, i + 3), 20);
        }

        for (int i = 32; i < 48; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (b ^ c ^ d) + At(ref x, ((3 * i) + 5) & 15) + At(ref k, i), 4);
            d = a + BitOperations.RotateLeft(d + (a ^ b ^ c) + At(ref x, ((3 * i) + 8) & 15) + At(ref k, i + 1), 11);
            c = d + BitOperations.RotateLeft(c + (d ^ a ^ b) + At(ref x, ((3 * i) + 11) & 15) + At(ref k, i + 2), 16);
            b = c + BitOperations.RotateLeft(b + (c ^ d ^ a) + At(ref x, ((3 * i) + 14) & 15) + At(ref k, i + 3), 23);
        }

        for (int i = 48; i < 64; i += 4)
        {
            a = b + BitOperations.RotateLeft(a + (c ^ (b | ~d)) + At(ref x, (7 * i) & 15) + At(ref k, i), 6);
            d = a + BitOperations.RotateLeft(d + (b ^ (a | ~c)) + At(ref x, ((7 * i) + 7) & 15) + At(ref k, i + 1), 10);
            c = d + BitOperations.RotateLeft(c + (a ^ (d | ~b)) + At(ref x, ((7 * i) + 14) & 15) + At(ref k, i + 2), 15);
            b = c + BitOperations.RotateLeft(b + (d ^ (c | ~a)) + At(ref x, ((7 * i) + 21) & 15) + At(ref k, i + 3), 21);
        }

        return new State(before.A + a, before.B + b, before.C + c, before.D + d);
    }

    private static uint At(ref uint first, int index) => System.Runtime.CompilerServices.Unsafe.Add(ref first, index);

    private readonly record struct State(uint A, uint B, uint C, uint D);
}
