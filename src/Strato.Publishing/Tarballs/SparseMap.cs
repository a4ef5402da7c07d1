using System.Buffers.Text;

namespace Strato.Publishing.Tarballs;

/// <summary>Where a sparse file's stored bytes belong: regions in rising order, holes between them.</summary>
internal sealed class SparseMap
{
    private readonly List<(long Offset, long Length)> regions = [];

    /// <summary>The regions, rising, none overlapping.</summary>
    public IReadOnlyList<(long Offset, long Length)> Regions => regions;

    /// <summary>The sum of the regions' lengths: the bytes that the archive stores.</summary>
    public long StoredLength { get; private set; }

    /// <summary>The end of the last region.</summary>
    public long End { get; private set; }

    public bool IsFull => regions.Count >= TarLimits.SparseRegions;

    /// <summary>Adds the next region; false where it is negative, overlaps the one before or there are too many.</summary>
    public bool TryAdd(long offset, long length)
    {
        if (IsFull || offset < End || length < 0 || offset > long.MaxValue - length)
        {
            return false;
        }

        if (length > 0)
        {
            regions.Add((offset, length));
            StoredLength += length;
        }

        End = offset + length;
        return true;
    }

    /// <summary>Reads pairs of numbers separated by commas (<c>GNU.sparse.map</c>); null where they are malformed.</summary>
    public static SparseMap? TryParse(ReadOnlySpan<byte> text)
    {
        SparseMap map = new();
        long? offset = null;
        foreach (Range range in text.Split((byte)','))
        {
            ReadOnlySpan<byte> number = text[range];
            if (!Utf8Parser.TryParse(number, out long value, out int used) || used != number.Length)
            {
                return null;
            }

            if (offset is not { } start)
            {
                offset = value;
            }
            else if (map.TryAdd(start, value))
            {
                offset = null;
            }
            else
            {
                return null;
            }
        }

        return offset is null ? map : null;
    }

    /// <summary>Makes a map of offsets and lengths in turn; null where they are not one.</summary>
    public static SparseMap? TryMake(List<long> pairs)
    {
        SparseMap map = new();
        for (int index = 0; index + 1 < pairs.Count; index += 2)
        {
            if (!map.TryAdd(pairs[index], pairs[index + 1]))
            {
                return null;
            }
        }

        return pairs.Count % 2 == 0 ? map : null;
    }
}
