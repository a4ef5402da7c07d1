using System.Buffers;

namespace Strato.Core.Compression;

/// <summary>
/// Turns the plain bytes of objects into stored ones, one object after the other. The result depends on the plain bytes
/// only, not on how they were sliced. One thread at a time; an instance keeps its buffers between objects.
/// </summary>
public interface IEncoder : IDisposable
{
    /// <summary>What a catalog records for the objects.</summary>
    CompressionAlgorithm Algorithm { get; }

    /// <summary>Starts an object; whatever was unfinished is dropped.</summary>
    void Begin();

    /// <summary>Takes more plain bytes and writes what is ready of the encoded ones, possibly nothing.</summary>
    void Encode(ReadOnlySpan<byte> plain, IBufferWriter<byte> output);

    /// <summary>Writes the rest of the object.</summary>
    void Finish(IBufferWriter<byte> output);

    /// <summary>A whole object in one call, which spares copies where the bytes are at hand.</summary>
    void EncodeAll(ReadOnlySpan<byte> plain, IBufferWriter<byte> output);
}
