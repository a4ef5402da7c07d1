namespace Strato.Core.Compression;

/// <summary>
/// How an object's stored bytes encode its plain ones. The value is the one that catalogs keep in bits 11 to 13 of
/// <c>flags</c> (schema 2.5).
/// </summary>
public enum CompressionAlgorithm : byte
{
    /// <summary>A zlib stream (RFC 1950).</summary>
    Zlib = 0,

    /// <summary>The plain bytes.</summary>
    None = 1,
}
