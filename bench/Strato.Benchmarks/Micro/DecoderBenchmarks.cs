using System.Buffers;
using BenchmarkDotNet.Attributes;
using Strato.Core.Compression;

namespace Strato.Benchmarks.Micro;

/// <summary>One object decoded: as it arrives, and as a whole.</summary>
[MemoryDiagnoser]
public class DecoderBenchmarks : IDisposable
{
    private readonly ArrayBufferWriter<byte> output = new(8 << 20);
    private readonly IDecoder stream = Decoders.Create(CompressionAlgorithm.Zlib);
    private readonly ZlibBlockDecoder block = new();
    private byte[] encoded = [];
    private byte[] plain = [];

    [Params(20_000, 4_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        plain = SampleData.Make(Size);
        using IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
        encoder.EncodeAll(plain, output);
        encoded = output.WrittenSpan.ToArray();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        stream.Dispose();
        block.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public DecodeStatus AsItArrives()
    {
        output.ResetWrittenCount();
        stream.Begin(Size);
        return stream.Decode(encoded, output);
    }

    [Benchmark]
    public DecodeStatus AsAWhole() => block.Decode(encoded, plain, out _);
}
