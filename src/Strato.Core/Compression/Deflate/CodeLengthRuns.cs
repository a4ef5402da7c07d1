namespace Strato.Core.Compression.Deflate;

/// <summary>
/// The run-length form in which a block's header holds code lengths (RFC 1951, section 3.2.7), with zlib's choices of where a
/// run is split.
/// </summary>
internal static class CodeLengthRuns
{
    /// <summary>The bits of an item that are its symbol; the repetition's extra bits lie above.</summary>
    public const int SymbolMask = 31;

    public const int RepeatShift = 5;

    private const int RepeatPrevious = 16;
    private const int RepeatZeroShort = 17;
    private const int RepeatZeroLong = 18;

    /// <summary>Writes the items for one code and gives their number, at most that of the lengths.</summary>
    public static int Append(ReadOnlySpan<byte> lengths, Span<ushort> items)
    {
        int written = 0;
        int previous = -1;
        int index = 0;
        while (index < lengths.Length)
        {
            // The first of a run of lengths stands for itself, unless the run before had the same; zeros need none before.
            int length = lengths[index];
            int most = length == 0 ? 138 : length == previous ? 6 : 7;
            int least = length == 0 || length == previous ? 3 : 4;
            int run = 1;
            while (run < most && index + run < lengths.Length && lengths[index + run] == length)
            {
                run++;
            }

            index += run;
            if (run < least)
            {
                items.Slice(written, run).Fill((ushort)length);
                written += run;
            }
            else if (length == 0)
            {
                items[written++] = run <= 10 ? Item(RepeatZeroShort, run - 3) : Item(RepeatZeroLong, run - 11);
            }
            else
            {
                if (length != previous)
                {
                    items[written++] = (ushort)length;
                    run--;
                }

                items[written++] = Item(RepeatPrevious, run - 3);
            }

            previous = length;
        }

        return written;
    }

    private static ushort Item(int symbol, int repeat) => (ushort)((repeat << RepeatShift) | symbol);
}
