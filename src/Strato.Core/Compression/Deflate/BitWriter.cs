using System.Runtime.CompilerServices;

namespace Strato.Core.Compression.Deflate;

/// <summary>Writes bits, lowest first, to memory that the caller knows to be large enough, with eight bytes to spare.</summary>
/// <param name="start">Where the next whole byte goes.</param>
/// <param name="bits">Bits that were not written yet, fewer than eight.</param>
/// <param name="count">Their number.</param>
internal unsafe struct BitWriter(byte* start, ulong bits, int count)
{
    private byte* position = start;
    private ulong bits = bits;
    private int count = count;

    /// <summary>Where the next whole byte goes.</summary>
    public readonly byte* Position => position;

    public readonly ulong PendingBits => bits;

    public readonly int PendingCount => count;

    /// <summary>Adds up to 16 bits. <see cref="Flush"/> follows after 48 at the latest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int value, int length)
    {
        bits |= (ulong)(uint)value << count;
        count += length;
    }

    /// <summary>Writes all whole bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        Unsafe.WriteUnaligned(position, BitConverter.IsLittleEndian ? bits : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits));
        position += count >> 3;
        bits >>= count & ~7;
        count &= 7;
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Align()
    {
        count = (count + 7) & ~7;
        Flush();
    }

    /// <summary>Copies bytes; the writer is aligned.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(new Span<byte>(position, bytes.Length));
        position += bytes.Length;
    }
}
