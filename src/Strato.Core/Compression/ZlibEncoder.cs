using System.Buffers;
using Strato.Core.Compression.Deflate;

namespace Strato.Core.Compression;

/// <summary>The genuine publisher's encoder: zlib's bytes at level 6. An empty object is the valid empty stream of 8 bytes.</summary>
internal sealed class ZlibEncoder : IEncoder
{
    private readonly Deflater deflater = new();
    private bool isBegun;

    public CompressionAlgorithm Algorithm => CompressionAlgorithm.Zlib;

    public void Begin() => isBegun = false;

    public void Encode(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        if (!isBegun)
        {
            deflater.Begin(output);
            isBegun = true;
        }

        deflater.Append(plain, output);
    }

    public void Finish(IBufferWriter<byte> output)
    {
        Encode(default, output);
        deflater.Finish(output);
        isBegun = false;
    }

    public void EncodeAll(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        Begin();
        Encode(plain, output);
        Finish(output);
    }

    public void Dispose()
    {
    }
}
