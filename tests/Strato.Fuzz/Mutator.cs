using System.Buffers.Binary;
using System.Buffers.Text;

namespace Strato.Fuzz;

/// <summary>Changes inputs in ways that parsers of binary and line formats stumble over. The same random source gives the same changes.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>Inputs do not grow beyond this.</summary>
    private const int MaxLength = 1 << 20;

    private static readonly long[] Numbers =
    [
        0, 1, -1, 2, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 512, 1023, 1024, 4095, 4096, 32767, 32768, 65535, 65536,
        int.MaxValue, int.MinValue, uint.MaxValue, (long)uint.MaxValue + 1, long.MaxValue, long.MinValue,
    ];

    /// <summary>One to eight changes of <paramref name="input"/>, now and then with a piece of <paramref name="other"/>.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        byte[] result = [.. input];
        for (int changes = 1 << random.Next(4); changes > 0; changes--)
        {
            result = Change(result, other);
        }

        return result.Length <= MaxLength ? result : result[..MaxLength];
    }

    private byte[] Change(byte[] input, byte[] other)
    {
        if (input.Length == 0)
        {
            return Bytes(1 + random.Next(16));
        }

        int at = random.Next(input.Length);
        int length = Math.Min(Length(), input.Length - at);
        switch (random.Next(12))
        {
            case 0:
                input[at] ^= (byte)(1 << random.Next(8));
                return input;
            case 1:
                input[at] = (byte)random.Next(256);
                return input;
            case 2:
                input[at] = (byte)Numbers[random.Next(Numbers.Length)];
                return input;
            case 3:
                WriteNumber(input, at);
                return input;
            case 4:
                return [.. input[..at], .. input[(at + length)..]];
            case 5:
                return [.. input[..at], .. Bytes(Length()), .. input[at..]];
            case 6:
                return [.. input[..at], .. input[at..(at + length)], .. input[at..]];
            case 7:
                return input[..at];
            case 8:
                input.AsSpan(at, length).Fill((byte)random.Next(256));
                return input;
            case 9:
                return Splice(input, at, other);
            case 10:
                return SwapLines(input);
            default:
                return ReplaceDigits(input, at);
        }
    }

    private int Length() => 1 + random.Next(1 << random.Next(1, 10));

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private void WriteNumber(byte[] input, int at)
    {
        long number = Numbers[random.Next(Numbers.Length)] + random.Next(-1, 2);
        Span<byte> target = input.AsSpan(at);
        bool isBigEndian = random.Next(2) == 0;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        }

        int width = Math.Min(1 << random.Next(1, 4), target.Length);
        (isBigEndian ? bytes[^width..] : bytes[..width]).CopyTo(target);
    }

    private byte[] Splice(byte[] input, int at, byte[] other)
    {
        if (other.Length == 0)
        {
            return input;
        }

        int from = random.Next(other.Length);
        int length = Math.Min(Length(), other.Length - from);
        return [.. input[..at], .. other.AsSpan(from, length), .. input[Math.Min(at + random.Next(length + 1), input.Length)..]];
    }

    private byte[] SwapLines(byte[] input)
    {
        List<byte[]> lines = [];
        foreach (Range range in input.AsSpan().Split((byte)'\n'))
        {
            lines.Add(input[range]);
        }

        int first = random.Next(lines.Count);
        int second = random.Next(lines.Count);
        (lines[first], lines[second]) = (lines[second], lines[first]);
        if (random.Next(4) == 0)
        {
            lines.Insert(second, lines[first]);
        }

        return [.. lines.SelectMany((line, index) => index == 0 ? line : [(byte)'\n', .. line])];
    }

    /// <summary>Replaces a run of decimal digits at or after a place with another number.</summary>
    private byte[] ReplaceDigits(byte[] input, int at)
    {
        int start = input.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
        {
            return input;
        }

        start += at;
        int length = input.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        int end = length < 0 ? input.Length : start + length;
        Span<byte> digits = stackalloc byte[24];
        _ = Utf8Formatter.TryFormat(Numbers[random.Next(Numbers.Length)], digits, out int written);
        return [.. input[..start], .. digits[..written], .. input[end..]];
    }
}
