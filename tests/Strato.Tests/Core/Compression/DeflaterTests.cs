using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Compression;
using Strato.Core.Compression.Deflate;
using Strato.Testing.Compression;

namespace Strato.Tests.Core.Compression;

/// <summary>The encoder against the machine's zlib.</summary>
public sealed class DeflaterTests : IDisposable
{
    private readonly IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
    private readonly ArrayBufferWriter<byte> output = new();

    public DeflaterTests() => Assert.SkipUnless(GenuineZlib.IsZlib, "this machine's libz.so.1 is not zlib");

    public void Dispose() => encoder.Dispose();

    [Fact]
    public void Any_content_of_any_size_comes_out_as_from_zlib() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Zip(Gen.OneOf(Gen.Choose(0, 600), Gen.Choose(0, 70_000), Gen.Choose(0, 400_000))).ToArbitrary(),
        sample => Check(CompressibleData.Make(sample.Item1, sample.Item2))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(32_506)]
    [InlineData(32_768)]
    [InlineData(65_274)]
    [InlineData(65_536)]
    [InlineData(98_304)]
    public void Sizes_around_the_windows_bounds_come_out_as_from_zlib(int size)
    {
        for (int length = Math.Max(0, size - 3); length < size + 300; length += length < size + 8 ? 1 : 97)
        {
            Check(CompressibleData.Make(size, length));
            Check(Periodic(length, 32_506));
        }
    }

    [Theory]
    [InlineData(32_505)]
    [InlineData(32_506)]
    [InlineData(32_507)]
    [InlineData(32_768)]
    public void The_longest_distance_is_zlibs(int period)
    {
        for (int length = 65_200; length < 65_700; length += 41)
        {
            Check(Periodic(length, period));
        }

        Check(Periodic(300_000, period));
    }

    [Fact]
    public void Codes_that_grow_too_long_are_shortened_as_zlib_does()
    {
        // Counts after Fibonacci's make the deepest tree that there is: deeper than 15 bits from the 18th symbol on.
        for (int symbols = 16; symbols < 21; symbols++)
        {
            List<byte> data = [];
            for ((int symbol, int count, int next) = (0, 1, 1); symbol < symbols; (symbol, count, next) = (symbol + 1, next, count + next))
            {
                data.AddRange(Enumerable.Repeat((byte)(symbol * 7), Math.Min(count, 16_000)));
            }

            byte[] shuffled = [.. data];
            new Random(symbols).Shuffle(shuffled);
            Check(shuffled);
        }
    }

    [Fact]
    public void Incompressible_content_is_stored_as_zlib_stores_it()
    {
        byte[] noise = new byte[200_000];
        new Random(3).NextBytes(noise);
        Check(noise);
        Check(noise.AsSpan(0, 16_382));
        Check(noise.AsSpan(0, 16_383));
        Check(noise.AsSpan(0, 16_384));
    }

    [Fact]
    public void The_checksum_is_right_for_any_length_and_the_largest_sums()
    {
        byte[] data = new byte[12_000];
        Array.Fill(data, (byte)255);
        for (int length = 0; length <= data.Length; length += 1 + (length / 40))
        {
            (uint low, uint high) = (1, 0);
            for (int i = 0; i < length; i++)
            {
                low = (low + data[i]) % 65_521;
                high = (high + low) % 65_521;
            }

            Assert.Equal((high << 16) | low, Adler32.Append(Adler32.Start, data.AsSpan(0, length)));
            Assert.Equal(
                Adler32.Append(Adler32.Start, data.AsSpan(0, length)),
                Adler32.Append(Adler32.Append(Adler32.Start, data.AsSpan(0, length / 3)), data.AsSpan(length / 3, length - (length / 3))));
        }
    }

    private static byte[] Periodic(int length, int period)
    {
        byte[] data = new byte[length];
        new Random(period).NextBytes(data.AsSpan(0, Math.Min(length, period)));
        for (int i = period; i < length; i++)
        {
            data[i] = data[i - period];
        }

        return data;
    }

    private void Check(ReadOnlySpan<byte> plain)
    {
        output.ResetWrittenCount();
        encoder.EncodeAll(plain, output);
        byte[] expected = GenuineZlib.Compress(plain);
        int same = output.WrittenSpan.CommonPrefixLength(expected);
        Assert.True(same == expected.Length && same == output.WrittenCount, $"{plain.Length} bytes differ from zlib's at byte {same} of {expected.Length}");
    }
}
