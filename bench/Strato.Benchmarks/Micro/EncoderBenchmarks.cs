using System.Buffers;
using BenchmarkDotNet.Attributes;
using Strato.Core.Compression;

namespace Strato.Benchmarks.Micro;

/// <summary>One object encoded by a warm encoder: the publisher's inner loop.</summary>
[MemoryDiagnoser]
public class EncoderBenchmarks : IDisposable
{
    private readonly ArrayBufferWriter<byte> output = new(8 << 20);
    private byte[] plain = [];
    private IEncoder encoder = null!;

    [Params(ObjectEncoding.Zlib, ObjectEncoding.ZlibFast, ObjectEncoding.None)]
    public ObjectEncoding Encoding { get; set; }

    [Params(2_000, 20_000, 4_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        plain = SampleData.Make(Size);
        encoder = Encoders.Create(Encoding);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        encoder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int Encode()
    {
        output.ResetWrittenCount();
        encoder.EncodeAll(plain, output);
        return output.WrittenCount;
    }
}
