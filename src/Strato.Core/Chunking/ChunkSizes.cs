namespace Strato.Core.Chunking;

/// <summary>The bounds between which files are cut, in bytes (<c>CVMFS_MIN_CHUNK_SIZE</c> and its siblings).</summary>
public sealed record ChunkSizes
{
    /// <summary>Takes the three bounds in bytes.</summary>
    /// <param name="minimum">At least <see cref="ContentChunker.Window"/>; files of at most this size are not cut.</param>
    /// <param name="average">More than the minimum.</param>
    /// <param name="maximum">More than the average.</param>
    /// <exception cref="StratoException">The sizes contradict each other.</exception>
    public ChunkSizes(long minimum, long average, long maximum)
    {
        if (minimum < ContentChunker.Window || average <= minimum || maximum <= average || average > uint.MaxValue)
        {
            throw new StratoException(
                $"chunk sizes {minimum}, {average}, {maximum} do not fit: minimum (at least {ContentChunker.Window}) < average (below 4 GiB) < maximum is needed");
        }

        Minimum = minimum;
        Average = average;
        Maximum = maximum;
    }

    /// <summary>4, 8 and 16 MiB.</summary>
    public static ChunkSizes Default { get; } = new(4 << 20, 8 << 20, 16 << 20);

    public long Minimum { get; }

    public long Average { get; }

    public long Maximum { get; }

    /// <summary>True where a file of this size is given to the chunker; what ends up with one chunk is still a plain object.</summary>
    public bool MayCut(long fileSize) => fileSize > Minimum;
}
