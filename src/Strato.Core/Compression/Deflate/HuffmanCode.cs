using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strato.Core.Compression.Deflate;

/// <summary>
/// The prefix code of one alphabet for one block: counts of symbols in, lengths and codes out. Where several codes are equally
/// good it takes the one that zlib takes, which decides object names: the heap's order of ties, the way in which too long codes
/// are shortened.
/// </summary>
internal sealed class HuffmanCode
{
    private const int MaximumBits = 15;

    private readonly int count;
    private readonly byte[] extraBits;
    private readonly int extraBase;
    private readonly int lengthLimit;
    private readonly byte[] fixedLengths;

    // Leaves first, then inner nodes.
    private readonly ushort[] frequencies;
    private readonly ushort[] parents;
    private readonly byte[] lengths;
    private readonly ushort[] codes;

    // The smallest at 1. An entry is a node with what it is compared by above it: the frequency, then the depth.
    private readonly ulong[] heap;

    // All nodes, gathered from the end: the root first, the rarest last.
    private readonly int[] sorted;
    private readonly ushort[] lengthCounts = new ushort[MaximumBits + 1];
    private int heapLength;

    /// <summary>Makes the code of an alphabet, to be built for one block after the other.</summary>
    /// <param name="count">The number of symbols.</param>
    /// <param name="extraBits">The extra bits of symbols from <paramref name="extraBase"/> on.</param>
    /// <param name="extraBase">The first symbol that may have extra bits.</param>
    /// <param name="lengthLimit">The longest code allowed.</param>
    /// <param name="fixedLengths">The lengths in the fixed code, empty where there is none.</param>
    public HuffmanCode(int count, ReadOnlySpan<byte> extraBits, int extraBase, int lengthLimit, ReadOnlySpan<byte> fixedLengths)
    {
        this.count = count;
        this.extraBits = extraBits.ToArray();
        this.extraBase = extraBase;
        this.lengthLimit = lengthLimit;
        this.fixedLengths = fixedLengths.ToArray();
        frequencies = GC.AllocateArray<ushort>(2 * count, pinned: true);
        parents = new ushort[2 * count];
        lengths = new byte[2 * count];
        codes = new ushort[count];
        heap = new ulong[count + 1];
        sorted = new int[2 * count];
    }

    /// <summary>How often each symbol occurs; filled in before <see cref="Build"/>.</summary>
    public Span<ushort> Frequencies => frequencies.AsSpan(0, count);

    /// <summary>The same; good for as long as this lives.</summary>
    public unsafe ushort* FrequenciesPointer => (ushort*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(frequencies));

    /// <summary>Each symbol's code, bits reversed as they are written.</summary>
    public ReadOnlySpan<ushort> Codes => codes;

    /// <summary>Each code's length, 0 for symbols that do not occur.</summary>
    public ReadOnlySpan<byte> Lengths => lengths.AsSpan(0, count);

    /// <summary>The last symbol that has a code.</summary>
    public int LastSymbol { get; private set; }

    /// <summary>The bits that all symbols take with this code, extra bits included.</summary>
    public long BitLength { get; private set; }

    /// <summary>The bits that they would take with the fixed code.</summary>
    public long FixedBitLength { get; private set; }

    /// <summary>Gives codes to symbols in the order of their lengths (RFC 1951, section 3.2.2).</summary>
    public static void Assign(ReadOnlySpan<byte> lengths, Span<ushort> codes)
    {
        Span<int> next = stackalloc int[MaximumBits + 2];
        next.Clear();
        foreach (byte length in lengths)
        {
            next[length + 1]++;
        }

        next[1] = 0;
        for (int bits = 1; bits <= MaximumBits; bits++)
        {
            next[bits + 1] = (next[bits] + next[bits + 1]) << 1;
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
            {
                codes[symbol] = Reverse(next[lengths[symbol]]++, lengths[symbol]);
            }
        }
    }

    /// <summary>Makes the code for the frequencies.</summary>
    public void Build()
    {
        BitLength = 0;
        FixedBitLength = 0;
        FillHeap();
        int root = Combine();
        SetLengths(root, out int overflow, out int next);
        if (overflow > 0)
        {
            Shorten(overflow, next);
        }

        Assign(Lengths, codes);
    }

    private static ushort Reverse(int code, int length)
    {
        int reversed = 0;
        for (int bit = 0; bit < length; bit++)
        {
            reversed = (reversed << 1) | ((code >> bit) & 1);
        }

        return (ushort)reversed;
    }

    private void FillHeap()
    {
        heapLength = 0;
        LastSymbol = -1;
        for (int symbol = 0; symbol < count; symbol++)
        {
            if (frequencies[symbol] != 0)
            {
                heap[++heapLength] = Entry(symbol, frequencies[symbol], depth: 0);
                LastSymbol = symbol;
            }
            else
            {
                lengths[symbol] = 0;
            }
        }

        // A code needs two symbols at least; the ones that are added for it cost nothing because they do not occur.
        while (heapLength < 2)
        {
            int symbol = LastSymbol < 2 ? ++LastSymbol : 0;
            frequencies[symbol] = 1;
            heap[++heapLength] = Entry(symbol, 1, depth: 0);
            BitLength--;
            FixedBitLength -= fixedLengths.Length > 0 ? fixedLengths[symbol] : 0;
        }

        for (int place = heapLength / 2; place >= 1; place--)
        {
            Sink(heap.AsSpan(0, heapLength + 1), place, heap[place]);
        }
    }

    /// <summary>Joins the two rarest nodes until one is left. Gives the root's place among the sorted ones.</summary>
    private int Combine()
    {
        int next = sorted.Length;
        int node = count;
        Span<ulong> entries = heap.AsSpan(0, heapLength + 1);
        do
        {
            ulong rarest = entries[1];
            ulong last = entries[^1];
            entries = entries[..^1];
            Sink(entries, 1, last);
            ulong second = entries[1];
            sorted[--next] = NodeOf(rarest);
            sorted[--next] = NodeOf(second);
            uint frequency = FrequencyOf(rarest) + FrequencyOf(second);
            frequencies[node] = (ushort)frequency;
            parents[NodeOf(rarest)] = parents[NodeOf(second)] = (ushort)node;
            Sink(entries, 1, Entry(node, frequency, Math.Max(DepthOf(rarest), DepthOf(second)) + 1));
            node++;
        }
        while (entries.Length > 2);

        sorted[--next] = NodeOf(entries[1]);
        return next;
    }

    /// <summary>Puts an entry at a place, or where it belongs below it.</summary>
    private static void Sink(Span<ulong> entries, int place, ulong entry)
    {
        for (int child = 2 * place; child < entries.Length; child *= 2)
        {
            ulong smaller = entries[child];
            if (child + 1 < entries.Length && IsSmaller(entries[child + 1], smaller))
            {
                smaller = entries[++child];
            }

            if (IsSmaller(entry, smaller))
            {
                break;
            }

            entries[place] = smaller;
            place = child;
        }

        entries[place] = entry;
    }

    private static ulong Entry(int node, uint frequency, uint depth) => ((ulong)((frequency << 8) | depth) << 32) | (uint)node;

    private static int NodeOf(ulong entry) => (int)(uint)entry;

    private static uint FrequencyOf(ulong entry) => (uint)(entry >> 40);

    private static uint DepthOf(ulong entry) => (uint)(entry >> 32) & 0xff;

    /// <summary>Equal ones count as smaller, which decides ties.</summary>
    private static bool IsSmaller(ulong left, ulong right) => (uint)(left >> 32) <= (uint)(right >> 32);

    /// <summary>Goes from the root to the leaves. Codes above the limit are cut to it and counted.</summary>
    private void SetLengths(int root, out int overflow, out int next)
    {
        Array.Clear(lengthCounts);
        overflow = 0;
        lengths[sorted[root]] = 0;
        for (next = root + 1; next < sorted.Length; next++)
        {
            int node = sorted[next];
            int bits = lengths[parents[node]] + 1;
            if (bits > lengthLimit)
            {
                bits = lengthLimit;
                overflow++;
            }

            lengths[node] = (byte)bits;
            if (node > LastSymbol)
            {
                continue;
            }

            lengthCounts[bits]++;
            int extra = node >= extraBase ? extraBits[node - extraBase] : 0;
            BitLength += frequencies[node] * (long)(bits + extra);
            FixedBitLength += fixedLengths.Length > 0 ? frequencies[node] * (long)(fixedLengths[node] + extra) : 0;
        }
    }

    /// <summary>Makes room for codes that were cut: others grow by a bit, and all lengths are dealt out again, the rarest first.</summary>
    private void Shorten(int overflow, int next)
    {
        for (; overflow > 0; overflow -= 2)
        {
            int bits = lengthLimit - 1;
            while (lengthCounts[bits] == 0)
            {
                bits--;
            }

            lengthCounts[bits]--;
            lengthCounts[bits + 1] += 2;
            lengthCounts[lengthLimit]--;
        }

        for (int bits = lengthLimit; bits != 0; bits--)
        {
            for (int remaining = lengthCounts[bits]; remaining != 0;)
            {
                int symbol = sorted[--next];
                if (symbol <= LastSymbol)
                {
                    BitLength += (bits - lengths[symbol]) * (long)frequencies[symbol];
                    lengths[symbol] = (byte)bits;
                    remaining--;
                }
            }
        }
    }
}
