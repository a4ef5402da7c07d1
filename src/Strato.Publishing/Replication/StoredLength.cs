using Strato.Core.Compression;

namespace Strato.Publishing.Replication;

/// <summary>Bounds the stored bytes of an object by its plain ones, so that a source cannot send without an end.</summary>
internal static class StoredLength
{
    /// <summary>The most stored bytes where nothing tells the plain ones.</summary>
    public const long Unknown = 4L << 30;

    /// <summary>The most stored bytes of an object with so many plain ones.</summary>
    public static long Maximum(long plain, CompressionAlgorithm compression) => compression == CompressionAlgorithm.None
        ? plain
        // Deflate's worst case is five bytes for each stored block; encoders that flush often stay below this, too.
        : plain + (plain / 64) + (64 << 10);
}
