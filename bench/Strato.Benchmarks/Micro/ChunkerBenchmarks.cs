using BenchmarkDotNet.Attributes;
using Strato.Core.Chunking;

namespace Strato.Benchmarks.Micro;

/// <summary>A file of 64 MiB searched for cuts, with the default sizes and with small ones that cut often.</summary>
public class ChunkerBenchmarks
{
    private readonly byte[] data = SampleData.Make(64 << 20);
    private ContentChunker chunker = null!;

    [Params(4 << 20, 64 << 10)]
    public int Minimum { get; set; }

    [GlobalSetup]
    public void Setup() => chunker = new ContentChunker(Minimum, 2L * Minimum, 4L * Minimum);

    [Benchmark]
    public int FindCuts()
    {
        int cuts = 0;
        chunker.Reset();
        for (ReadOnlySpan<byte> rest = data; chunker.TryFindCut(rest, out int consumed); rest = rest[consumed..])
        {
            cuts++;
        }

        return cuts;
    }
}
