using System.Runtime.InteropServices;

namespace Strato.Client.Nodes;

/// <summary>
/// Finds slots by node id: chained buckets, twice as many when they fill. It lives in this process and not in the mapped
/// file, because it follows from the records. Ids with the same stripe are guarded by the same latch; the stripe of an id
/// does not change when the buckets grow, which happens with every latch held.
/// </summary>
internal sealed unsafe class NodeIndex : IDisposable
{
    private const int StripeCount = 256;

    // A cache line for each latch, so that threads on different stripes do not slow each other.
    private const int LatchStride = 16;

    private readonly NodeStore store;
    private readonly int[] latches = GC.AllocateArray<int>(StripeCount * LatchStride, pinned: true);
    private uint* buckets;
    private uint* next;
    private uint bucketCount = StripeCount;
    private uint nextCount;
    private int count;

    public NodeIndex(NodeStore store)
    {
        this.store = store;
        buckets = AllocateBuckets(bucketCount);
        nextCount = Math.Max(1024, store.UsedSlots);
        next = (uint*)NativeMemory.Alloc(nextCount, sizeof(uint));
        for (uint slot = 0; slot < store.UsedSlots; slot++)
        {
            if (store[slot].Id != 0)
            {
                Add(store[slot].Id, slot);
            }
        }

        GrowIfFull();
    }

    /// <summary>Nodes in the index.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Bytes that the index itself takes.</summary>
    public long UsedBytes => ((long)bucketCount + nextCount) * sizeof(uint);

    public void Enter(ulong id) => Latch.Enter(ref LatchOf(id));

    public void Exit(ulong id) => Latch.Exit(ref LatchOf(id));

    /// <summary>The slot of an id, or <see cref="NodeStore.NoSlot"/>. The caller holds the id's latch.</summary>
    public uint Find(ulong id)
    {
        uint slot = buckets[id & (bucketCount - 1)];
        while (slot != NodeStore.NoSlot && store[slot].Id != id)
        {
            slot = next[slot];
        }

        return slot;
    }

    /// <summary>
    /// Adds a slot under an id that is not there. The caller holds the id's latch and has made room with
    /// <see cref="EnsureRoom"/> before it took it.
    /// </summary>
    public void Add(ulong id, uint slot)
    {
        uint* bucket = &buckets[id & (bucketCount - 1)];
        next[slot] = *bucket;
        *bucket = slot;
        Interlocked.Increment(ref count);
    }

    /// <summary>Takes an id out. The caller holds the id's latch.</summary>
    public void Remove(ulong id, uint slot)
    {
        uint* link = &buckets[id & (bucketCount - 1)];
        while (*link != slot)
        {
            link = &next[*link];
        }

        *link = next[slot];
        Interlocked.Decrement(ref count);
    }

    /// <summary>Grows where this slot would not fit or the buckets are full. The caller holds no latch.</summary>
    public void EnsureRoom(uint slot)
    {
        if (slot >= Volatile.Read(ref nextCount) || Volatile.Read(ref count) > bucketCount)
        {
            EnterAll();
            if (slot >= nextCount)
            {
                uint wanted = Math.Min(NodeLayout.MaxNodes, Math.Max(slot + 1, nextCount * 2));
                next = (uint*)NativeMemory.Realloc(next, (nuint)wanted * sizeof(uint));
                Volatile.Write(ref nextCount, wanted);
            }

            GrowIfFull();
            ExitAll();
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(buckets);
        NativeMemory.Free(next);
        buckets = null;
        next = null;
    }

    private void GrowIfFull()
    {
        if (count <= bucketCount)
        {
            return;
        }

        uint grown = bucketCount;
        while (grown < count)
        {
            grown *= 2;
        }

        uint* fresh = AllocateBuckets(grown);
        for (uint bucket = 0; bucket < bucketCount; bucket++)
        {
            for (uint slot = buckets[bucket]; slot != NodeStore.NoSlot;)
            {
                uint following = next[slot];
                uint* target = &fresh[store[slot].Id & (grown - 1)];
                next[slot] = *target;
                *target = slot;
                slot = following;
            }
        }

        NativeMemory.Free(buckets);
        buckets = fresh;
        bucketCount = grown;
    }

    private static uint* AllocateBuckets(uint length)
    {
        uint* memory = (uint*)NativeMemory.Alloc(length, sizeof(uint));
        new Span<uint>(memory, (int)length).Fill(NodeStore.NoSlot);
        return memory;
    }

    private ref int LatchOf(ulong id) => ref latches[(int)(id & (StripeCount - 1)) * LatchStride];

    private void EnterAll()
    {
        for (int stripe = 0; stripe < StripeCount; stripe++)
        {
            Latch.Enter(ref latches[stripe * LatchStride]);
        }
    }

    private void ExitAll()
    {
        for (int stripe = 0; stripe < StripeCount; stripe++)
        {
            Latch.Exit(ref latches[stripe * LatchStride]);
        }
    }
}
