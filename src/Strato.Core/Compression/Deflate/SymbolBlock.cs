using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strato.Core.Compression.Deflate;

/// <summary>
/// Gathers the literals and matches of one block, and writes it in the form that takes the least: stored, with the fixed code,
/// or with a code of its own.
/// </summary>
internal sealed unsafe class SymbolBlock
{
    /// <summary>zlib ends a block here, at memory level 8: one symbol before its buffer is full.</summary>
    private const int Capacity = (16 * 1024) - 1;

    private const int StoredType = 0;
    private const int FixedType = 1;
    private const int OwnType = 2;

    private const int AlphabetLengthLimit = 7;
    private const int MaximumBits = 15;
    private const int FixedDistanceBits = 5;

    private static readonly ushort[] FixedLiteralCodes = new ushort[DeflateCodes.FixedLiteralLengths.Length];
    private static readonly ushort[] FixedDistanceCodes = new ushort[DeflateCodes.DistanceCount];
    private static readonly byte[] FixedDistanceLengths = new byte[DeflateCodes.DistanceCount];

    /// <summary>Literals as they are; matches as the distance shifted by 8, and the length less the minimum.</summary>
    private readonly uint[] symbols = GC.AllocateArray<uint>(Capacity, pinned: true);

    private readonly HuffmanCode literals = new(
        DeflateCodes.LiteralCount, DeflateCodes.LengthExtraBits, DeflateCodes.EndOfBlock + 1, MaximumBits, DeflateCodes.FixedLiteralLengths);

    private readonly HuffmanCode distances = new(DeflateCodes.DistanceCount, DeflateCodes.DistanceExtraBits, 0, MaximumBits, FixedDistanceLengths);
    private readonly HuffmanCode alphabet = new(DeflateCodes.LengthAlphabetCount, DeflateCodes.AlphabetExtraBits, 0, AlphabetLengthLimit, default);

    /// <summary>The code lengths of both codes as symbols of the alphabet, with their repetitions' extra bits above.</summary>
    private readonly ushort[] lengthSymbols = new ushort[DeflateCodes.LiteralCount + DeflateCodes.DistanceCount];

    // Into the arrays, which are pinned: adding a symbol is part of the loop over all bytes.
    private readonly uint* symbolsPointer;
    private readonly ushort* literalCounts;
    private readonly ushort* distanceCounts;

    private int count;
    private ulong pendingBits;
    private int pendingCount;

    static SymbolBlock()
    {
        HuffmanCode.Assign(DeflateCodes.FixedLiteralLengths, FixedLiteralCodes);
        Array.Fill(FixedDistanceLengths, (byte)FixedDistanceBits);
        HuffmanCode.Assign(FixedDistanceLengths, FixedDistanceCodes);
    }

    public SymbolBlock()
    {
        symbolsPointer = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(symbols));
        literalCounts = literals.FrequenciesPointer;
        distanceCounts = distances.FrequenciesPointer;
    }

    /// <summary>Starts an object: nothing gathered, no bits pending.</summary>
    public void Reset()
    {
        pendingBits = 0;
        pendingCount = 0;
        Clear();
    }

    /// <summary>Adds a literal; true where the block is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AddLiteral(byte literal)
    {
        int next = count;
        symbolsPointer[next++] = literal;
        literalCounts[literal]++;
        count = next;
        return next == Capacity;
    }

    /// <summary>Adds a match; true where the block is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AddMatch(int distance, int length)
    {
        length -= DeflateCodes.MinimumMatch;
        int next = count;
        symbolsPointer[next++] = ((uint)distance << 8) | (uint)length;
        literalCounts[DeflateCodes.LengthSymbols[length]]++;
        distanceCounts[DeflateCodes.DistanceCode(distance - 1)]++;
        count = next;
        return next == Capacity;
    }

    /// <summary>Writes the block and starts the next.</summary>
    /// <param name="plain">The plain bytes that the symbols stand for, null where they are not at hand any more.</param>
    /// <param name="plainLength">Their number.</param>
    /// <param name="isLast">True for the object's last block, after which the output is aligned to a byte.</param>
    /// <param name="output">Takes the bytes; the bits of an unfinished one wait for the next block.</param>
    public void Write(byte* plain, int plainLength, bool isLast, IBufferWriter<byte> output)
    {
        literals.Frequencies[DeflateCodes.EndOfBlock] = 1;
        literals.Build();
        distances.Build();
        int lengthCount = BuildAlphabet();
        int alphabetCount = AlphabetCount();

        const int typeBits = 3;
        const int headerBits = 5 + 5 + 4;
        long own = (literals.BitLength + distances.BitLength + alphabet.BitLength + (3 * alphabetCount) + headerBits + typeBits + 7) >> 3;
        long withFixed = (literals.FixedBitLength + distances.FixedBitLength + typeBits + 7) >> 3;
        long best = Math.Min(own, withFixed);
        bool isStored = plainLength + 4 <= best && plain is not null;

        const int slack = 64;
        Span<byte> space = output.GetSpan((int)best + (isStored ? plainLength : 0) + slack);
        fixed (byte* target = space)
        {
            BitWriter writer = new(target, pendingBits, pendingCount);
            int type = isStored ? StoredType : withFixed <= own ? FixedType : OwnType;
            writer.Add((type << 1) | (isLast ? 1 : 0), typeBits);
            switch (type)
            {
                case StoredType:
                    WriteStored(ref writer, new ReadOnlySpan<byte>(plain, plainLength));
                    break;
                case FixedType:
                    WriteSymbols(ref writer, FixedLiteralCodes, DeflateCodes.FixedLiteralLengths, FixedDistanceCodes, FixedDistanceLengths);
                    break;
                default:
                    WriteCodes(ref writer, lengthCount, alphabetCount);
                    WriteSymbols(ref writer, literals.Codes, literals.Lengths, distances.Codes, distances.Lengths);
                    break;
            }

            if (isLast)
            {
                writer.Align();
            }

            pendingBits = writer.PendingBits;
            pendingCount = writer.PendingCount;
            output.Advance((int)(writer.Position - target));
        }

        Clear();
    }

    private static void WriteStored(ref BitWriter writer, ReadOnlySpan<byte> plain)
    {
        writer.Align();
        writer.Add(plain.Length & 0xffff, 16);
        writer.Add(~plain.Length & 0xffff, 16);
        writer.Flush();
        writer.Write(plain);
    }

    private void Clear()
    {
        count = 0;
        literals.Frequencies.Clear();
        distances.Frequencies.Clear();
    }

    private int AlphabetCount()
    {
        ReadOnlySpan<byte> order = DeflateCodes.AlphabetOrder;
        int last = order.Length - 1;
        while (last >= 3 && alphabet.Lengths[order[last]] == 0)
        {
            last--;
        }

        return last + 1;
    }

    /// <summary>Turns the lengths of both codes into the alphabet's symbols and builds its code. Gives their number.</summary>
    private int BuildAlphabet()
    {
        alphabet.Frequencies.Clear();
        int written = CodeLengthRuns.Append(literals.Lengths[..(literals.LastSymbol + 1)], lengthSymbols);
        written += CodeLengthRuns.Append(distances.Lengths[..(distances.LastSymbol + 1)], lengthSymbols.AsSpan(written));
        foreach (ushort symbol in lengthSymbols.AsSpan(0, written))
        {
            alphabet.Frequencies[symbol & CodeLengthRuns.SymbolMask]++;
        }

        alphabet.Build();
        return written;
    }

    private void WriteCodes(ref BitWriter writer, int lengthCount, int alphabetCount)
    {
        writer.Add(literals.LastSymbol + 1 - (DeflateCodes.EndOfBlock + 1), 5);
        writer.Add(distances.LastSymbol, 5);
        writer.Add(alphabetCount - 4, 4);
        writer.Flush();
        for (int i = 0; i < alphabetCount; i++)
        {
            writer.Add(alphabet.Lengths[DeflateCodes.AlphabetOrder[i]], 3);
            writer.Flush();
        }

        foreach (ushort symbol in lengthSymbols.AsSpan(0, lengthCount))
        {
            int code = symbol & CodeLengthRuns.SymbolMask;
            writer.Add(alphabet.Codes[code], alphabet.Lengths[code]);
            writer.Add(symbol >> CodeLengthRuns.RepeatShift, DeflateCodes.AlphabetExtraBits[code]);
            writer.Flush();
        }
    }

    private void WriteSymbols(
        ref BitWriter writer, ReadOnlySpan<ushort> literalCodes, ReadOnlySpan<byte> literalLengths, ReadOnlySpan<ushort> distanceCodes, ReadOnlySpan<byte> distanceLengths)
    {
        // A copy that the compiler keeps in registers.
        BitWriter bits = writer;
        foreach (uint symbol in symbols.AsSpan(0, count))
        {
            int distance = (int)(symbol >> 8) - 1;
            if (distance < 0)
            {
                bits.Add(literalCodes[(int)symbol], literalLengths[(int)symbol]);
                bits.Flush();
                continue;
            }

            // Length and distance with their extra bits are at most 15 + 5 + 15 + 13 bits.
            int length = (int)(symbol & 0xff);
            int lengthSymbol = DeflateCodes.LengthSymbols[length];
            bits.Add(literalCodes[lengthSymbol], literalLengths[lengthSymbol]);
            int code = DeflateCodes.LengthCode(lengthSymbol);
            bits.Add(length - DeflateCodes.LengthBases[code], DeflateCodes.LengthExtraBits[code]);
            code = DeflateCodes.DistanceCode(distance);
            bits.Add(distanceCodes[code], distanceLengths[code]);
            bits.Add(distance - DeflateCodes.DistanceBases[code], DeflateCodes.DistanceExtraBits[code]);
            bits.Flush();
        }

        bits.Add(literalCodes[DeflateCodes.EndOfBlock], literalLengths[DeflateCodes.EndOfBlock]);
        bits.Flush();
        writer = bits;
    }
}
