namespace Strato.Core.Compression.Deflate;

/// <summary>The alphabets of RFC 1951: which code a match's length or distance has and how many extra bits follow it.</summary>
internal static class DeflateCodes
{
    /// <summary>The symbol that ends a block.</summary>
    public const int EndOfBlock = 256;

    /// <summary>Literals, the end of a block, and the codes of lengths.</summary>
    public const int LiteralCount = 286;

    public const int DistanceCount = 30;

    /// <summary>The code lengths' own alphabet.</summary>
    public const int LengthAlphabetCount = 19;

    public const int MinimumMatch = 3;

    public const int MaximumMatch = 258;

    private const int FirstLengthSymbol = EndOfBlock + 1;

    /// <summary>Extra bits for each length code.</summary>
    public static ReadOnlySpan<byte> LengthExtraBits => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>Extra bits for each distance code.</summary>
    public static ReadOnlySpan<byte> DistanceExtraBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>Extra bits for each code of the code lengths' alphabet.</summary>
    public static ReadOnlySpan<byte> AlphabetExtraBits => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7];

    /// <summary>The order in which a block's header gives the lengths of that alphabet's codes.</summary>
    public static ReadOnlySpan<byte> AlphabetOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>For each length less <see cref="MinimumMatch"/>: its symbol.</summary>
    public static ushort[] LengthSymbols { get; } = new ushort[MaximumMatch - MinimumMatch + 1];

    /// <summary>For each length symbol's code: the least length that it stands for, less <see cref="MinimumMatch"/>.</summary>
    public static ushort[] LengthBases { get; } = new ushort[LengthExtraBits.Length];

    /// <summary>For each distance code: the least distance that it stands for, less one.</summary>
    public static ushort[] DistanceBases { get; } = new ushort[DistanceCount];

    /// <summary>For distances less one below 256: the code; from 256 on, at 256 plus the distance divided by 128.</summary>
    public static byte[] DistanceCodes { get; } = new byte[512];

    /// <summary>The fixed codes' lengths of RFC 1951, section 3.2.6, with the two symbols that never occur.</summary>
    public static byte[] FixedLiteralLengths { get; } = new byte[LiteralCount + 2];

    static DeflateCodes()
    {
        int length = 0;
        for (int code = 0; code < LengthBases.Length - 1; code++)
        {
            LengthBases[code] = (ushort)length;
            for (int step = 0; step < 1 << LengthExtraBits[code]; step++)
            {
                LengthSymbols[length++] = (ushort)(FirstLengthSymbol + code);
            }
        }

        // The longest match has a code of its own, without extra bits.
        LengthBases[^1] = MaximumMatch - MinimumMatch;
        LengthSymbols[^1] = (ushort)(FirstLengthSymbol + LengthBases.Length - 1);

        int distance = 0;
        for (int code = 0; code < DistanceCount; code++)
        {
            DistanceBases[code] = (ushort)distance;
            int end = distance + (1 << DistanceExtraBits[code]);
            for (; distance < end; distance += distance < 256 ? 1 : 128)
            {
                DistanceCodes[distance < 256 ? distance : 256 + (distance >> 7)] = (byte)code;
            }
        }

        for (int symbol = 0; symbol < FixedLiteralLengths.Length; symbol++)
        {
            FixedLiteralLengths[symbol] = (byte)(symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
        }
    }

    /// <summary>The code of a distance less one.</summary>
    public static int DistanceCode(int distance) => DistanceCodes[distance < 256 ? distance : 256 + (distance >> 7)];

    /// <summary>The place of a length symbol's entry in <see cref="LengthBases"/> and <see cref="LengthExtraBits"/>.</summary>
    public static int LengthCode(int symbol) => symbol - FirstLengthSymbol;
}
