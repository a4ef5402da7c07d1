using BenchmarkDotNet.Attributes;
using Strato.Core.Hashing;

namespace Strato.Benchmarks.Micro;

/// <summary>One object hashed by a warm hasher.</summary>
[MemoryDiagnoser]
public class HasherBenchmarks : IDisposable
{
    private byte[] data = [];
    private ContentHasher hasher = null!;

    [Params(HashAlgorithm.Sha1, HashAlgorithm.Rmd160, HashAlgorithm.Shake128)]
    public HashAlgorithm Algorithm { get; set; }

    [Params(1_000, 4_000_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        data = SampleData.Make(Size);
        hasher = new ContentHasher(Algorithm);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        hasher.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public ObjectHash Hash()
    {
        hasher.Append(data);
        return hasher.Finish();
    }
}
