namespace Strato.Publishing.Tarballs;

/// <summary>What is left to read of one entry's content; the holes of a sparse file are read as zeros.</summary>
internal sealed class TarContent
{
    private readonly SparseMap? map;
    private long stored;
    private long position;
    private int region;

    private TarContent(long length, long stored, SparseMap? map)
    {
        Length = length;
        this.stored = stored;
        this.map = map;
    }

    /// <summary>The content's length with its holes.</summary>
    public long Length { get; }

    public static TarContent Plain(long length) => new(length, length, map: null);

    /// <summary>The content of a sparse file.</summary>
    /// <param name="length">With holes, at least the map's end.</param>
    /// <param name="map">Where the stored bytes belong.</param>
    public static TarContent Sparse(long length, SparseMap map) => new(length, map.StoredLength, map);

    /// <summary>Reads forward; 0 at the end.</summary>
    public int Read(TarInput input, Span<byte> destination)
    {
        long left = Length - position;
        if (left == 0 || destination.IsEmpty)
        {
            return 0;
        }

        long toNext = NextRegion(out bool isHole);
        int count = (int)Math.Min(Math.Min(destination.Length, left), toNext);
        if (isHole)
        {
            destination[..count].Clear();
        }
        else
        {
            count = input.Read(destination[..count]);
            if (count == 0)
            {
                throw input.Truncated();
            }

            stored -= count;
        }

        position += count;
        if (position == Length)
        {
            input.SkipPadding();
        }

        return count;
    }

    /// <summary>Passes over the stored bytes that were not read.</summary>
    public void SkipRest(TarInput input)
    {
        input.Skip(stored);
        input.SkipPadding();
        stored = 0;
        position = Length;
    }

    // The number of bytes up to where data turns into a hole or a hole into data.
    private long NextRegion(out bool isHole)
    {
        isHole = false;
        if (map is null)
        {
            return Length - position;
        }

        while (region < map.Regions.Count && position >= map.Regions[region].Offset + map.Regions[region].Length)
        {
            region++;
        }

        isHole = region == map.Regions.Count || position < map.Regions[region].Offset;
        return region == map.Regions.Count
            ? Length - position
            : isHole ? map.Regions[region].Offset - position : map.Regions[region].Offset + map.Regions[region].Length - position;
    }
}
