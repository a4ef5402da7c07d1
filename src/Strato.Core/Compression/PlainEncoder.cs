using System.Buffers;

namespace Strato.Core.Compression;

/// <summary>Stores objects as they are.</summary>
internal sealed class PlainEncoder : IEncoder
{
    public CompressionAlgorithm Algorithm => CompressionAlgorithm.None;

    public void Begin()
    {
    }

    public void Encode(ReadOnlySpan<byte> plain, IBufferWriter<byte> output) => output.Write(plain);

    public void Finish(IBufferWriter<byte> output)
    {
    }

    public void EncodeAll(ReadOnlySpan<byte> plain, IBufferWriter<byte> output) => output.Write(plain);

    public void Dispose()
    {
    }
}
