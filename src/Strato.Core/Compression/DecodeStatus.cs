namespace Strato.Core.Compression;

/// <summary>Where decoding an object stands. Everything after <see cref="Complete"/> is a failure that says why.</summary>
public enum DecodeStatus
{
    /// <summary>All input was used; the object goes on.</summary>
    NeedsInput,

    /// <summary>The object is whole.</summary>
    Complete,

    /// <summary>The bytes are not what the algorithm writes, or their checksum is wrong.</summary>
    Corrupt,

    /// <summary>The input ended before the object did.</summary>
    Truncated,

    /// <summary>Bytes follow the object's end.</summary>
    TrailingBytes,

    /// <summary>The plain bytes are more than was allowed: a decompression bomb, or a wrong size in a catalog.</summary>
    TooLarge,
}
