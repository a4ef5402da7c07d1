using System.Buffers.Binary;
using System.Text;

namespace Strato.Testing.Trees;

/// <summary>File contents that are the same on every machine and in every run: a seed and a length give the bytes.</summary>
public static class TreeContent
{
    private static readonly string[] Words =
        ["catalog", "chunk", "the", "of", "revision", "node", "a", "beam", "detector", "in", "library", "42", "0x7f", "path", "to", "signal"];

    /// <summary>Bytes that no encoder makes smaller.</summary>
    public static byte[] Random(ulong seed, int length)
    {
        byte[] bytes = new byte[length];
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (int at = 0; at < length; at += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next(ref seed));
            word[..Math.Min(word.Length, length - at)].CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    /// <summary>Lines of words: what encoders are made for.</summary>
    public static byte[] Text(ulong seed, int length)
    {
        StringBuilder text = new(length + 16);
        while (text.Length < length)
        {
            ulong number = Next(ref seed);
            text.Append(Words[number % (ulong)Words.Length]).Append((number >> 32) % 11 == 0 ? '\n' : ' ');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    /// <summary>A random block over and over: content-defined cuts then fall at the same places of each round.</summary>
    public static byte[] Repeated(ulong seed, int blockLength, int length)
    {
        byte[] block = Random(seed, blockLength);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += blockLength)
        {
            block.AsSpan(0, Math.Min(blockLength, length - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    /// <summary>SplitMix64: the next number of a sequence, any seed is good.</summary>
    internal static ulong Next(ref ulong state)
    {
        state += 0x9E37_79B9_7F4A_7C15;
        ulong mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
