using System.Buffers;
using Strato.Core.Native;

namespace Strato.Core.Compression;

/// <summary>
/// The genuine publisher's encoder: the system's libz with <c>deflateInit</c>'s defaults (level 6, 32 KiB window, memory
/// level 8). An empty object is the valid empty stream of 8 bytes.
/// </summary>
/// <remarks>
/// The stream is reset between objects, not made anew: that is 256 KiB of allocation and clearing a file, which cost a
/// quarter of the time over small files.
/// </remarks>
internal sealed unsafe class ZlibEncoder : IEncoder
{
    private const int OutputStep = 32 * 1024;

    private readonly DeflateStream stream = new();

    public CompressionAlgorithm Algorithm => CompressionAlgorithm.Zlib;

    public void Begin() => stream.Reset();

    public void Encode(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        if (!plain.IsEmpty)
        {
            Run(plain, LibZ.NoFlush, output);
        }
    }

    public void Finish(IBufferWriter<byte> output) => Run(default, LibZ.Finish, output);

    public void EncodeAll(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        Begin();
        Run(plain, LibZ.Finish, output);
    }

    public void Dispose() => stream.Dispose();

    private void Run(ReadOnlySpan<byte> plain, int flush, IBufferWriter<byte> output)
    {
        ZStream* state = stream.State;
        fixed (byte* input = plain)
        {
            state->NextIn = input;
            state->AvailableIn = (uint)plain.Length;
            while (true)
            {
                Span<byte> space = output.GetSpan(OutputStep);
                int result;
                fixed (byte* target = space)
                {
                    state->NextOut = target;
                    state->AvailableOut = (uint)space.Length;
                    result = LibZ.Deflate(state, flush);
                }

                output.Advance(space.Length - (int)state->AvailableOut);
                if (result == LibZ.StreamEnd)
                {
                    return;
                }

                // A full output buffer leaves the result open; spare room means that all input went in.
                if (result == LibZ.BufferError || (result == LibZ.Ok && flush == LibZ.NoFlush && state->AvailableOut > 0))
                {
                    return;
                }

                if (result != LibZ.Ok)
                {
                    throw new InvalidOperationException($"zlib failed while compressing ({result}): the encoder was used after Finish without Begin");
                }
            }
        }
    }
}
