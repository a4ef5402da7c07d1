using System.Text;

namespace Strato.Benchmarks.Micro;

/// <summary>Bytes to measure with: as compressible as installed software is, the same in every run.</summary>
internal static class SampleData
{
    private static readonly string[] Words =
        ["import", "return", "self", "value", "for", "in", "None", "class", "def", "static", "const", "int", "0x1f", "\n    ", "\n", " = ", "(", ")", ", ", ": "];

    /// <summary>Half program text, half bytes such as machine code has them.</summary>
    public static byte[] Make(int length)
    {
        Random random = new(7);
        byte[] data = new byte[length];
        int half = 0;
        while (half < length / 2)
        {
            byte[] word = Encoding.ASCII.GetBytes(Words[random.Next(Words.Length)] + (random.Next(8) == 0 ? random.Next(100_000).ToString("x", null) : ""));
            int count = Math.Min(word.Length, (length / 2) - half);
            word.AsSpan(0, count).CopyTo(data.AsSpan(half));
            half += count;
        }

        for (; half < length; half++)
        {
            data[half] = random.Next(3) == 0 ? (byte)random.Next(256) : data[half - random.Next(1, Math.Min(half, 4000))];
        }

        return data;
    }
}
