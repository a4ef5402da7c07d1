using System.Buffers;
using Strato.Core.Native;

namespace Strato.Core.Compression;

/// <summary>Inflates zlib streams as they arrive, with the system's libz.</summary>
internal sealed unsafe class ZlibDecoder : IDecoder
{
    private const int OutputStep = 64 * 1024;

    private readonly InflateStream stream = new();
    private long remaining;
    private DecodeStatus status;

    public void Begin(long maximumPlainSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumPlainSize);
        stream.Reset();
        remaining = maximumPlainSize;
        status = DecodeStatus.NeedsInput;
    }

    public DecodeStatus Decode(ReadOnlySpan<byte> encoded, IBufferWriter<byte> plain)
    {
        if (encoded.IsEmpty || status is not (DecodeStatus.NeedsInput or DecodeStatus.Complete))
        {
            return status;
        }

        return status = status == DecodeStatus.Complete ? DecodeStatus.TrailingBytes : Run(encoded, plain);
    }

    public DecodeStatus Finish() => status = status == DecodeStatus.NeedsInput ? DecodeStatus.Truncated : status;

    public void Dispose() => stream.Dispose();

    private DecodeStatus Run(ReadOnlySpan<byte> encoded, IBufferWriter<byte> plain)
    {
        ZStream* state = stream.State;
        Span<byte> probe = stackalloc byte[1];
        fixed (byte* input = encoded)
        {
            state->NextIn = input;
            state->AvailableIn = (uint)encoded.Length;
            while (true)
            {
                // With the allowance used up, one byte of room tells a stream that ends here from one that goes on.
                bool isFull = remaining == 0;
                Span<byte> space = isFull ? probe : plain.GetSpan(OutputStep);
                if (!isFull && space.Length > remaining)
                {
                    space = space[..(int)remaining];
                }

                int result = Inflate(state, space);
                int written = space.Length - (int)state->AvailableOut;
                if (isFull && written > 0)
                {
                    return DecodeStatus.TooLarge;
                }

                plain.Advance(written);
                remaining -= written;
                switch (result)
                {
                    case LibZ.StreamEnd:
                        return state->AvailableIn > 0 ? DecodeStatus.TrailingBytes : DecodeStatus.Complete;
                    case LibZ.Ok or LibZ.BufferError when state->AvailableIn == 0 && state->AvailableOut > 0:
                        return DecodeStatus.NeedsInput;
                    case LibZ.Ok:
                        break;
                    default:
                        return DecodeStatus.Corrupt;
                }
            }
        }
    }

    private static int Inflate(ZStream* state, Span<byte> space)
    {
        fixed (byte* target = space)
        {
            state->NextOut = target;
            state->AvailableOut = (uint)space.Length;
            return LibZ.Inflate(state, LibZ.NoFlush);
        }
    }
}
