using System.Numerics;

namespace Strato.Client.Reading;

/// <summary>
/// Blocks of any size in mapped memory, in powers of two of a unit. Freed blocks are kept in a list for each size, threaded through the blocks
/// themselves; what is free follows from what is used, so a successor rebuilds it. Not synchronized; the owner locks.
/// </summary>
internal sealed unsafe class BlockArena
{
    /// <summary>Bytes of a unit, in which addresses count.</summary>
    public const int Unit = 64;

    private const int Orders = 32;

    private readonly byte* start;
    private readonly uint capacity;
    private readonly uint[] freeBlocks = new uint[Orders];

    // Unit 0 is never handed out, so that 0 can end a list.
    private uint end = 1;

    /// <summary>An empty arena over memory that the caller keeps.</summary>
    public BlockArena(byte* start, long length)
    {
        this.start = start;
        capacity = (uint)Math.Min(length / Unit, int.MaxValue);
    }

    /// <summary>Takes a block. False where the arena is full.</summary>
    public bool TryAllocate(long bytes, out uint block)
    {
        int order = OrderOf(bytes);
        block = freeBlocks[order];
        if (block != 0)
        {
            freeBlocks[order] = *(uint*)Address(block);
            return true;
        }

        ulong units = 1UL << order;
        if (end + units > capacity)
        {
            return false;
        }

        block = end;
        end += (uint)units;
        return true;
    }

    public void Free(uint block, long bytes) => Push(block, OrderOf(bytes));

    /// <summary>The first byte of a block.</summary>
    public byte* Address(uint block) => start + ((long)block * Unit);

    /// <summary>
    /// Forgets everything and takes the given blocks as used, sorted by address: the gaps between them become free blocks. False where they overlap
    /// or lie outside.
    /// </summary>
    public bool TryRebuild(ReadOnlySpan<(uint Block, long Bytes)> used)
    {
        Array.Clear(freeBlocks);
        end = 1;
        foreach ((uint block, long bytes) in used)
        {
            ulong units = 1UL << OrderOf(bytes);
            if (block < end || block + units > capacity)
            {
                return false;
            }

            while (end < block)
            {
                int order = BitOperations.Log2(block - end);
                Push(end, order);
                end += 1u << order;
            }

            end = block + (uint)units;
        }

        return true;
    }

    private static int OrderOf(long bytes)
    {
        ulong units = (ulong)((bytes + Unit - 1) / Unit);
        return units <= 1 ? 0 : Math.Min(Orders - 1, BitOperations.Log2(units - 1) + 1);
    }

    private void Push(uint block, int order)
    {
        *(uint*)Address(block) = freeBlocks[order];
        freeBlocks[order] = block;
    }
}
