namespace Strato.Storage.Objects;

/// <summary>A part of an object.</summary>
public readonly record struct ByteRange
{
    /// <summary>Makes a range; both numbers are bytes, the offset not negative, the length at least 1.</summary>
    public ByteRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Offset = offset;
        Length = length;
    }

    /// <summary>The first byte.</summary>
    public long Offset { get; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }
}
