namespace Strato.Publishing.Tarballs;

/// <summary>Numbers in tar headers: octal text, or base 256 where the first bit is set.</summary>
internal static class TarNumber
{
    /// <summary>Reads a field; blank is 0. False for other bytes than digits and for what a <see cref="long"/> cannot hold.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            return TryParseBase256(field, out value);
        }

        ReadOnlySpan<byte> digits = field.TrimStart((byte)' ');
        int end = digits.IndexOfAny((byte)' ', (byte)0);
        digits = end < 0 ? digits : digits[..end];
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private static bool TryParseBase256(ReadOnlySpan<byte> field, out long value)
    {
        // The first byte is a marker; the value is two's complement in the other bits.
        bool negative = (field[0] & 0x40) != 0;
        value = negative ? -1 : 0;
        value = (value << 6) | (uint)(field[0] & 0x3f);
        foreach (byte digit in field[1..])
        {
            if (value is > (long.MaxValue >> 8) or < (long.MinValue >> 8))
            {
                value = 0;
                return false;
            }

            value = (value << 8) | digit;
        }

        return true;
    }
}
