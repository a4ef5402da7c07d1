using System.Buffers.Binary;
using System.Text;

namespace Strato.Web.Geo;

/// <summary>
/// Finds values in the data section of a MaxMind database: control bytes with type and size, maps, pointers within the section. Nothing is
/// copied; what is not well-formed is not found. Depth and steps are bounded.
/// </summary>
internal readonly struct MmdbData(ReadOnlyMemory<byte> section)
{
    private const int MaximumDepth = 32;
    private const int MaximumSteps = 100_000;
    private const int Pointer = 1;
    private const int Text = 2;
    private const int Double = 3;
    private const int Map = 7;
    private const int Array = 11;
    private const int Boolean = 14;
    private const int Float = 15;

    /// <summary>Finds the value of a key in the map at a place.</summary>
    public bool TryFind(int place, string key, out int value)
    {
        value = 0;
        if (!TryFollow(place, out int type, out int size, out int content) || type != Map)
        {
            return false;
        }

        int steps = MaximumSteps;
        int position = content;
        Span<byte> wanted = stackalloc byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        wanted = wanted[..Encoding.UTF8.GetBytes(key, wanted)];
        for (int pair = 0; pair < size; pair++)
        {
            if (!TryFollow(position, out int keyType, out int keySize, out int keyContent) || keyType != Text || keySize > section.Length - keyContent
                || !TrySkip(position, MaximumDepth, ref steps, out position))
            {
                return false;
            }

            if (section.Span.Slice(keyContent, keySize).SequenceEqual(wanted))
            {
                value = position;
                return true;
            }

            if (!TrySkip(position, MaximumDepth, ref steps, out position))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads an unsigned number of at most 32 bits.</summary>
    public bool TryReadNumber(int place, out uint value)
    {
        value = 0;
        if (!TryFollow(place, out int type, out int size, out int content) || type is not (5 or 6 or 9) || size > 8 || size > section.Length - content)
        {
            return false;
        }

        ulong number = 0;
        foreach (byte digit in section.Span.Slice(content, size))
        {
            number = (number << 8) | digit;
        }

        value = (uint)number;
        return number <= uint.MaxValue;
    }

    /// <summary>Reads a double, or a float.</summary>
    public bool TryReadDouble(int place, out double value)
    {
        value = 0;
        if (!TryFollow(place, out int type, out int size, out int content) || size > section.Length - content)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = section.Span.Slice(content, size);
        value = (type, size) switch
        {
            (Double, 8) => BinaryPrimitives.ReadDoubleBigEndian(bytes),
            (Float, 4) => BinaryPrimitives.ReadSingleBigEndian(bytes),
            _ => double.NaN,
        };
        return double.IsFinite(value);
    }

    // A pointer leads to a value that is none itself.
    private bool TryFollow(int place, out int type, out int size, out int content) =>
        TryReadControl(place, out type, out size, out content) && (type != Pointer || (TryReadControl(size, out type, out size, out content) && type != Pointer));

    private bool TrySkip(int place, int depth, ref int steps, out int next)
    {
        next = 0;
        if (depth == 0 || steps-- == 0 || !TryReadControl(place, out int type, out int size, out int content))
        {
            return false;
        }

        switch (type)
        {
            case Pointer or Boolean:
                next = content;
                return true;
            case Map or Array:
                long values = type == Map ? 2L * size : size;
                next = content;
                for (long index = 0; index < values; index++)
                {
                    if (!TrySkip(next, depth - 1, ref steps, out next))
                    {
                        return false;
                    }
                }

                return true;
            default:
                next = content + size;
                return size <= section.Length - content;
        }
    }

    // For a pointer, the size is where it points to.
    private bool TryReadControl(int place, out int type, out int size, out int content)
    {
        (type, size, content) = (0, 0, 0);
        ReadOnlySpan<byte> bytes = section.Span;
        if (place < 0 || place >= bytes.Length)
        {
            return false;
        }

        byte control = bytes[place];
        type = control >> 5;
        int position = place + 1;
        if (type == 0)
        {
            if (position >= bytes.Length)
            {
                return false;
            }

            type = bytes[position++] + 7;
        }

        int small = control & 0x1f;
        int extra = type == Pointer ? (small >> 3) + 1 : Math.Max(0, small - 28);
        if (extra > bytes.Length - position)
        {
            return false;
        }

        long number = 0;
        foreach (byte digit in bytes.Slice(position, extra))
        {
            number = (number << 8) | digit;
        }

        long value = type == Pointer
            ? (extra == 4 ? number : ((long)(small & 7) << (8 * extra)) + number) + extra switch { 2 => 2048, 3 => 526_336, _ => 0 }
            : small < 29 ? small : number + extra switch { 1 => 29, 2 => 285, _ => 65_821 };
        (size, content) = ((int)Math.Min(value, int.MaxValue), position + extra);
        return value <= int.MaxValue;
    }
}
