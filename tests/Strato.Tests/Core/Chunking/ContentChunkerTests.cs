using FsCheck;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Chunking;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Chunking;

public sealed class ContentChunkerTests
{
    private static readonly ChunkSizes GoldenSizes = new(65536, 131072, 262144);

    public static TheoryData<string, string, CompressionAlgorithm> GoldenTags => new()
    {
        { "golden.test.org", "trunk", CompressionAlgorithm.Zlib },
        { "golden.test.org", "v1.0", CompressionAlgorithm.Zlib },
        { "golden-rmd160.test.org", "trunk", CompressionAlgorithm.Zlib },
        { "golden-shake128.test.org", "trunk", CompressionAlgorithm.None },
    };

    [Theory]
    [MemberData(nameof(GoldenTags))]
    public void Golden_files_are_cut_where_the_genuine_publisher_cut(string repositoryName, string tag, CompressionAlgorithm compression)
    {
        GoldenRepository repository = GoldenRepository.All.Single(golden => golden.Name == repositoryName);
        int chunked = 0;
        foreach (GoldenChunkList file in GoldenChunkList.Read(repository, tag))
        {
            ObjectKind kind = file.Chunks.Count > 1 ? ObjectKind.Chunk : ObjectKind.File;
            byte[] plain = [.. file.Chunks.SelectMany(chunk => ReadPlain(repository, new ObjectName(chunk.Hash, kind), compression))];
            if (plain.Length == 0)
            {
                continue; // external data
            }

            Assert.Equal(file.Chunks.Select(chunk => chunk.Offset), Starts(plain, plain.Length, GoldenSizes));
            chunked += file.Chunks.Count > 1 ? 1 : 0;
        }

        Assert.True(chunked > 0);
    }

    [Fact]
    public void Cuts_do_not_depend_on_how_the_file_is_sliced_and_agree_with_the_definition()
    {
        Gen<(byte[] Data, int Step, ChunkSizes Sizes)> cases =
            from seed in Gen.Choose(0, int.MaxValue)
            from length in Gen.Choose(0, 200_000)
            from step in Gen.Choose(1, 50_000)
            from minimum in Gen.Choose(32, 9000)
            from average in Gen.Choose(1, 20_000)
            from maximum in Gen.Choose(1, 40_000)
            select (Bytes(seed, length), step, new ChunkSizes(minimum, minimum + average, minimum + average + maximum));
        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            List<long> expected = StartsByDefinition(sample.Data, sample.Sizes);
            Assert.Equal(expected, Starts(sample.Data, sample.Step, sample.Sizes));
            Assert.Equal(expected, Starts(sample.Data, Math.Max(1, sample.Data.Length), sample.Sizes));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_value_whose_distance_overflows_is_a_cut()
    {
        // 24 bytes that set the lowest bit, shifted seven times, are 0x7fffff80: one more shift against 0xff sets every bit,
        // whose distance from the centre is the one that has no absolute value.
        ChunkSizes sizes = new(64, 1 << 30, 1L << 31);
        byte[] data = new byte[200_000];
        Array.Fill(data, (byte)1, 150_000, 24);
        data[150_031] = 0xff;
        Assert.Equal([0L, 150_031L], Starts(data, data.Length, sizes));
        Assert.Equal([0L, 150_031L], StartsByDefinition(data, sizes));
    }

    [Theory]
    [InlineData(31, 100, 200)]
    [InlineData(100, 100, 200)]
    [InlineData(100, 200, 200)]
    [InlineData(-1, 0, 1)]
    public void Contradicting_sizes_are_refused(long minimum, long average, long maximum) =>
        Assert.Throws<StratoException>(() => new ChunkSizes(minimum, average, maximum));

    [Fact]
    public void A_file_of_the_minimum_size_is_not_cut()
    {
        Assert.False(GoldenSizes.MayCut(65536));
        Assert.True(GoldenSizes.MayCut(65537));
    }

    private static List<long> Starts(ReadOnlySpan<byte> data, int step, ChunkSizes sizes)
    {
        ContentChunker chunker = new(sizes);
        List<long> starts = [0];
        long position = 0;
        for (int offset = 0; offset < data.Length; offset += step)
        {
            ReadOnlySpan<byte> slice = data.Slice(offset, Math.Min(step, data.Length - offset));
            while (chunker.TryFindCut(slice, out int consumed))
            {
                position += consumed;
                slice = slice[consumed..];
                if (position < data.Length)
                {
                    starts.Add(position);
                }
            }

            position = offset + Math.Min(step, data.Length - offset);
        }

        return starts;
    }

    /// <summary>The format's definition, a window at a time, with none of the chunker's shortcuts.</summary>
    private static List<long> StartsByDefinition(ReadOnlySpan<byte> data, ChunkSizes sizes)
    {
        List<long> starts = [0];
        int threshold = (int)(uint.MaxValue / (uint)sizes.Average);
        for (long start = 0; ;)
        {
            long cut = start + sizes.Minimum;
            for (; cut < data.Length && cut < start + sizes.Maximum; cut++)
            {
                uint sum = 0;
                for (long i = Math.Max(start + sizes.Minimum - 32, cut - 31); i <= cut; i++)
                {
                    sum = (sum << 1) ^ data[(int)i];
                }

                int distance = unchecked((int)sum - int.MaxValue);
                if (distance == int.MinValue || Math.Abs(distance) < threshold)
                {
                    break;
                }
            }

            if (cut >= data.Length)
            {
                return starts;
            }

            starts.Add(cut);
            start = cut;
        }
    }

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        Random random = new(seed);
        random.NextBytes(bytes);

        // Long runs beside noise: they drive the checksum through its extremes.
        for (int run = 0; run < 4 && length > 1000; run++)
        {
            int start = random.Next(length - 500);
            bytes.AsSpan(start, random.Next(500)).Fill((byte)random.Next(256));
        }

        return bytes;
    }

    private static byte[] ReadPlain(GoldenRepository repository, ObjectName name, CompressionAlgorithm compression)
    {
        byte[] stored = repository.ReadStored(name);
        return Decoders.DecodeAll(compression, stored, 1 << 30, out byte[] plain) == DecodeStatus.Complete ? plain : stored;
    }
}
