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
    private readonly byte[] depths;
    private readonly byte[] lengths;
    private readonly ushort[] codes;

    // The smallest at 1; sorted nodes gather at the end.
    private readonly int[] heap;
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
        frequencies = new ushort[2 * count];
        parents = new ushort[2 * count];
        depths = new byte[2 * count];
        lengths = new byte[2 * count];
        codes = new ushort[count];
        heap = new int[(2 * count) + 1];
    }

    /// <summary>How often each symbol occurs; filled in before <see cref="Build"/>.</summary>
    public Span<ushort> Frequencies => frequencies.AsSpan(0, count);

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
                heap[++heapLength] = symbol;
                LastSymbol = symbol;
                depths[symbol] = 0;
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
            heap[++heapLength] = symbol;
            frequencies[symbol] = 1;
            depths[symbol] = 0;
            BitLength--;
            FixedBitLength -= fixedLengths.Length > 0 ? fixedLengths[symbol] : 0;
        }

        for (int node = heapLength / 2; node >= 1; node--)
        {
            Sink(node);
        }
    }

    /// <summary>Joins the two rarest nodes until one is left. Afterwards the heap's end holds all nodes, the root first. Gives its place.</summary>
    private int Combine()
    {
        int sorted = heap.Length;
        int node = count;
        do
        {
            int rarest = heap[1];
            heap[1] = heap[heapLength--];
            Sink(1);
            int second = heap[1];
            heap[--sorted] = rarest;
            heap[--sorted] = second;
            frequencies[node] = (ushort)(frequencies[rarest] + frequencies[second]);
            depths[node] = (byte)(Math.Max(depths[rarest], depths[second]) + 1);
            parents[rarest] = parents[second] = (ushort)node;
            heap[1] = node++;
            Sink(1);
        }
        while (heapLength >= 2);

        heap[--sorted] = heap[1];
        return sorted;
    }

    private void Sink(int place)
    {
        int node = heap[place];
        for (int child = 2 * place; child <= heapLength; child *= 2)
        {
            if (child < heapLength && IsSmaller(heap[child + 1], heap[child]))
            {
                child++;
            }

            if (IsSmaller(node, heap[child]))
            {
                break;
            }

            heap[place] = heap[child];
            place = child;
        }

        heap[place] = node;
    }

    private bool IsSmaller(int left, int right) =>
        frequencies[left] < frequencies[right] || (frequencies[left] == frequencies[right] && depths[left] <= depths[right]);

    /// <summary>Goes from the root to the leaves. Codes above the limit are cut to it and counted.</summary>
    private void SetLengths(int root, out int overflow, out int next)
    {
        Array.Clear(lengthCounts);
        overflow = 0;
        lengths[heap[root]] = 0;
        for (next = root + 1; next < heap.Length; next++)
        {
            int node = heap[next];
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
                int symbol = heap[--next];
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
