using System.Runtime.InteropServices;

namespace Strato.Client.Nodes;

/// <summary>
/// Names in mapped memory, in blocks of 16-byte granules. Freed blocks are kept in a list per size and used again. The
/// lists are threaded through the free blocks themselves and live in this process only: what is free follows from the
/// records, so a successor rebuilds them. Not synchronized; the owner locks.
/// </summary>
internal sealed unsafe class ByteArena
{
    /// <summary>Bytes of a granule, the unit of addresses and sizes.</summary>
    public const int Granule = 16;

    /// <summary>The longest name, 255 bytes, needs this many granules.</summary>
    private const int LargestBlock = 16;

    private readonly byte* start;
    private readonly uint capacity;
    private readonly uint[] freeBlocks = new uint[LargestBlock + 1];

    // Granule 0 is never handed out, so that 0 can end a list.
    private uint end = 1;

    /// <summary>An empty arena over memory that the caller keeps.</summary>
    /// <param name="start">The first byte, aligned to a granule.</param>
    /// <param name="length">Bytes that may be used.</param>
    public ByteArena(byte* start, long length)
    {
        this.start = start;
        capacity = (uint)Math.Min(length / Granule, uint.MaxValue);
    }

    /// <summary>Bytes up to the highest block that was ever used.</summary>
    public long UsedLength => (long)end * Granule;

    /// <summary>Copies a name in. False where the arena is full.</summary>
    public bool TryStore(ReadOnlySpan<byte> name, out uint block)
    {
        int granules = GranulesOf(name.Length);
        block = freeBlocks[granules];
        if (block != 0)
        {
            freeBlocks[granules] = *(uint*)(start + ((long)block * Granule));
        }
        else if (capacity - end >= (uint)granules)
        {
            block = end;
            end += (uint)granules;
        }
        else
        {
            return false;
        }

        name.CopyTo(new Span<byte>(start + ((long)block * Granule), granules * Granule));
        return true;
    }

    public void Free(uint block, int length)
    {
        int granules = GranulesOf(length);
        *(uint*)(start + ((long)block * Granule)) = freeBlocks[granules];
        freeBlocks[granules] = block;
    }

    /// <summary>The stored bytes; empty for an address that no block can have.</summary>
    public ReadOnlySpan<byte> Read(uint block, int length) =>
        block == 0 || block + (ulong)GranulesOf(length) > capacity
            ? default
            : MemoryMarshal.CreateReadOnlySpan(ref *(start + ((long)block * Granule)), length);

    /// <summary>
    /// Forgets everything and takes the given blocks as used: the gaps between them become free blocks. They must be
    /// sorted by address. False where they overlap or lie outside, which no intact table holds.
    /// </summary>
    public bool TryRebuild(ReadOnlySpan<(uint Block, byte Length)> used)
    {
        Array.Clear(freeBlocks);
        end = 1;
        foreach ((uint block, byte length) in used)
        {
            int granules = GranulesOf(length);
            if (block < end || block + (ulong)granules > capacity)
            {
                return false;
            }

            FreeGap(end, block);
            end = block + (uint)granules;
        }

        return true;
    }

    private void FreeGap(uint from, uint to)
    {
        while (from < to)
        {
            uint granules = Math.Min(to - from, LargestBlock);
            Free(from, (int)granules * Granule);
            from += granules;
        }
    }

    private static int GranulesOf(int length) => Math.Max(1, (length + Granule - 1) / Granule);
}
