using System.Text;

namespace Strato.Testing.Compression;

/// <summary>Made-up content that drives an encoder through all it has: long and short matches, far ones, none, runs, skewed symbols.</summary>
public static class CompressibleData
{
    /// <summary>Bytes of a seed's choosing; the same seed gives the same bytes.</summary>
    public static byte[] Make(int seed, int length)
    {
        Random random = new(seed);
        byte[] data = new byte[length];
        for (int at = 0; at < length;)
        {
            Span<byte> piece = data.AsSpan(at, Math.Min(length - at, 1 + random.Next(1 << random.Next(4, 18))));
            Fill(random, piece, data.AsSpan(0, at));
            at += piece.Length;
        }

        return data;
    }

    private static void Fill(Random random, Span<byte> piece, ReadOnlySpan<byte> before)
    {
        switch (random.Next(7))
        {
            case 0:
                random.NextBytes(piece);
                break;
            case 1:
                piece.Fill((byte)random.Next(256));
                break;
            case 2:
                FillSkewed(random, piece);
                break;
            case 3:
                FillPeriodic(random, piece);
                break;
            case 4 when before.Length > 0:
                FillFromBefore(random, piece, before);
                break;
            case 5:
                FillFrom(random, piece, "abc"u8);
                break;
            default:
                FillFrom(random, piece, Encoding.ASCII.GetBytes("the quick brown fox jumps over\n\t{}();= 0123456789"));
                break;
        }
    }

    /// <summary>Counts that double from symbol to symbol make codes as long as they can get.</summary>
    private static void FillSkewed(Random random, Span<byte> piece)
    {
        foreach (ref byte value in piece)
        {
            value = (byte)System.Numerics.BitOperations.TrailingZeroCount(random.Next() | (1 << 30));
        }
    }

    private static void FillPeriodic(Random random, Span<byte> piece)
    {
        int period = 1 + random.Next(1 << random.Next(1, 10));
        for (int i = 0; i < piece.Length; i++)
        {
            piece[i] = i < period || random.Next(200) == 0 ? (byte)random.Next(256) : piece[i - period];
        }
    }

    private static void FillFromBefore(Random random, Span<byte> piece, ReadOnlySpan<byte> before)
    {
        for (int at = 0; at < piece.Length;)
        {
            int distance = 1 + random.Next(Math.Min(before.Length, random.Next(2) == 0 ? 400 : 33_000));
            int count = Math.Min(Math.Min(1 + random.Next(300), distance), piece.Length - at);
            before.Slice(before.Length - distance, count).CopyTo(piece[at..]);
            at += count;
            if (at < piece.Length && random.Next(3) == 0)
            {
                piece[at++] = (byte)random.Next(256);
            }
        }
    }

    private static void FillFrom(Random random, Span<byte> piece, ReadOnlySpan<byte> letters)
    {
        foreach (ref byte value in piece)
        {
            value = letters[random.Next(letters.Length)];
        }
    }
}
