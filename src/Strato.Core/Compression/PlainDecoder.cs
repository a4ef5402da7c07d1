using System.Buffers;

namespace Strato.Core.Compression;

/// <summary>Passes uncompressed objects through, up to their allowed size.</summary>
internal sealed class PlainDecoder : IDecoder
{
    private long remaining;

    public void Begin(long maximumPlainSize) => remaining = maximumPlainSize;

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> plain)
    {
        if (encoded.Length > remaining)
        {
            return DecodeStatus.TooLarge;
        }

        remaining -= encoded.Length;
        plain.Write(encoded);
        return DecodeStatus.NeedsInput;
    }

    public DecodeStatus Finish() => DecodeStatus.Complete;

    public void Dispose()
    {
    }
}
