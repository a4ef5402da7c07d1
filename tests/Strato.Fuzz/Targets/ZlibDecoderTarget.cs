using System.Buffers;
using Strato.Core.Compression;
using Strato.Core.Hashing;

namespace Strato.Fuzz.Targets;

/// <summary>The zlib decoders: whole, in pieces and libdeflate's must agree, and none may exceed its allowance.</summary>
internal sealed class ZlibDecoderTarget : IFuzzTarget, IDisposable
{
    private const int Allowed = 100_000;

    private readonly IDecoder stream = Decoders.Create(CompressionAlgorithm.Zlib);
    private readonly ZlibBlockDecoder block = new();
    private readonly byte[] plain = new byte[Allowed];

    public string Name => "zlib-decoder";

    public IEnumerable<byte[]> Seeds => GoldenSeeds.Stored(ObjectKind.File, 20).Concat(GoldenSeeds.Stored(ObjectKind.Certificate, 1));

    public bool Run(byte[] input)
    {
        DecodeStatus whole = Decoders.DecodeAll(CompressionAlgorithm.Zlib, input, Allowed, out byte[] expected);
        DecodeStatus pieces = InPieces(input, out ReadOnlySpan<byte> streamed);
        DecodeStatus blocks = block.Decode(input, plain, out int written);

        // Failures may have several reasons, and only the stream knows an end that is missing; success has one form.
        bool isComplete = whole == DecodeStatus.Complete;
        if (pieces != whole || (blocks == DecodeStatus.Complete) != isComplete
            || (isComplete && !(expected.AsSpan().SequenceEqual(streamed) && expected.AsSpan().SequenceEqual(plain.AsSpan(0, written)))))
        {
            throw new InvalidOperationException($"the decoders disagree: {whole}, in pieces {pieces}, as a block {blocks}");
        }

        return isComplete;
    }

    public void Dispose()
    {
        stream.Dispose();
        block.Dispose();
    }

    private DecodeStatus InPieces(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> streamed)
    {
        ArrayBufferWriter<byte> output = new();
        stream.Begin(Allowed);
        for (int step = 1; !input.IsEmpty; step = (step * 3 % 1021) + 1)
        {
            int length = Math.Min(step, input.Length);
            DecodeStatus status = stream.Decode(input[..length], output);
            if (output.WrittenCount > Allowed)
            {
                throw new InvalidOperationException($"{output.WrittenCount} plain bytes, {Allowed} are allowed");
            }

            if (status is not (DecodeStatus.NeedsInput or DecodeStatus.Complete))
            {
                break;
            }

            input = input[length..];
        }

        streamed = output.WrittenSpan;
        return stream.Finish();
    }
}
