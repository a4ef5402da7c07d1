using System.Buffers;

namespace Strato.Core.Compression;

/// <summary>
/// Turns stored bytes into plain ones as they arrive, one object after the other. Never writes more plain bytes than
/// allowed. After a failure the object is lost; <see cref="Begin"/> starts the next. One thread at a time.
/// </summary>
/// <remarks>
/// Stricter than the genuine client, which relies on the hash alone: it accepts a stream that ends early, and bytes after
/// its end. No genuine publisher writes either.
/// </remarks>
public interface IDecoder : IDisposable
{
    /// <summary>Starts an object of at most <paramref name="maximumPlainSize"/> plain bytes.</summary>
    void Begin(long maximumPlainSize);

    /// <summary>
    /// Takes the next stored bytes, all of them unless it fails, and writes the plain ones that are ready. Gives
    /// <see cref="DecodeStatus.NeedsInput"/>, <see cref="DecodeStatus.Complete"/> or a failure.
    /// </summary>
    DecodeStatus Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> plain);

    /// <summary>Says that the input has ended: <see cref="DecodeStatus.Complete"/> or a failure.</summary>
    DecodeStatus Finish();
}
