using System.Buffers;

namespace Strato.Core.Compression;

/// <summary>Makes decoders, and decodes objects that are in memory.</summary>
public static class Decoders
{
    /// <summary>A decoder for objects that arrive in pieces; the caller disposes it.</summary>
    public static IDecoder Create(CompressionAlgorithm algorithm) => algorithm switch
    {
        CompressionAlgorithm.Zlib => new ZlibDecoder(),
        CompressionAlgorithm.None => new PlainDecoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a compression algorithm of the format"),
    };

    /// <summary>Decodes a whole object whose plain size is not known beforehand; <paramref name="plain"/> is empty on failure.</summary>
    public static DecodeStatus DecodeAll(CompressionAlgorithm algorithm, ReadOnlySpan<byte> encoded, long maximumPlainSize, out byte[] plain)
    {
        plain = [];
        using IDecoder decoder = Create(algorithm);
        decoder.Begin(maximumPlainSize);
        ArrayBufferWriter<byte> output = new();
        DecodeStatus status = decoder.Decode(encoded, output);
        if (status is DecodeStatus.NeedsInput or DecodeStatus.Complete)
        {
            status = decoder.Finish();
        }

        if (status == DecodeStatus.Complete)
        {
            plain = output.WrittenSpan.ToArray();
        }

        return status;
    }
}
