using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Testing.Golden;

namespace Strato.Tests.Core.Compression;

public sealed class EncoderTests
{
    public static TheoryData<ObjectEncoding> Encodings => [ObjectEncoding.Zlib, ObjectEncoding.ZlibFast, ObjectEncoding.None];

    [Fact]
    public void Every_golden_zlib_object_comes_out_as_the_genuine_publisher_wrote_it()
    {
        using IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
        ArrayBufferWriter<byte> output = new();
        int count = 0;
        foreach (GoldenRepository repository in new[] { GoldenRepository.Sha1, GoldenRepository.Rmd160 })
        {
            foreach (ObjectName name in repository.ListObjects())
            {
                byte[] stored = repository.ReadStored(name);
                if (Decoders.DecodeAll(CompressionAlgorithm.Zlib, stored, 1 << 30, out byte[] plain) != DecodeStatus.Complete)
                {
                    continue; // the files under /uncompressed
                }

                output.ResetWrittenCount();
                encoder.EncodeAll(plain, output);
                Assert.Equal(name.Hash, ContentHasher.Hash(name.Hash.Algorithm, output.WrittenSpan));
                count++;
            }
        }

        Assert.True(count > 400, $"{count} objects");
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void What_is_encoded_decodes_and_does_not_depend_on_slices_or_on_the_object_before(ObjectEncoding encoding)
    {
        using IEncoder encoder = Encoders.Create(encoding);
        Gen<byte[]> runs = Gen.Choose(0, 255).SelectMany(value => Gen.Choose(0, 3000).Select(length => Enumerable.Repeat((byte)value, length).ToArray()));
        Gen<byte[]> slice = Gen.OneOf(ArbMap.Default.GeneratorFor<byte[]>(), runs);
        Prop.ForAll(slice.ListOf().ToArbitrary(), slices =>
        {
            ArrayBufferWriter<byte> sliced = new();
            encoder.Begin();
            foreach (byte[] part in slices)
            {
                encoder.Encode(part, sliced);
            }

            encoder.Finish(sliced);
            byte[] plain = [.. slices.SelectMany(part => part)];
            ArrayBufferWriter<byte> whole = new();
            encoder.EncodeAll(plain, whole);
            Assert.Equal(whole.WrittenSpan, sliced.WrittenSpan);
            Assert.Equal(DecodeStatus.Complete, Decoders.DecodeAll(encoder.Algorithm, whole.WrittenSpan, plain.Length, out byte[] decoded));
            Assert.Equal(plain, decoded);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(ObjectEncoding.Zlib)]
    [InlineData(ObjectEncoding.ZlibFast)]
    public void An_empty_object_is_an_empty_stream_of_eight_bytes(ObjectEncoding encoding)
    {
        using IEncoder encoder = Encoders.Create(encoding);
        ArrayBufferWriter<byte> output = new();
        encoder.Begin();
        encoder.Finish(output);
        Assert.Equal("789c030000000001", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void Dropping_a_begun_object_leaves_no_trace_in_the_next()
    {
        using IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
        ArrayBufferWriter<byte> output = new();
        encoder.Begin();
        encoder.Encode(new byte[100_000], output);
        output.ResetWrittenCount();
        encoder.Begin();
        encoder.Finish(output);
        Assert.Equal(8, output.WrittenCount);
    }

    [Fact]
    public void Zlib_fast_leaves_an_object_above_its_limit_to_zlib()
    {
        byte[] plain = new byte[ZlibFastEncoder.WholeBufferLimit + 1];
        Random.Shared.NextBytes(plain.AsSpan(0, 1 << 20));
        using IEncoder fast = Encoders.Create(ObjectEncoding.ZlibFast);
        using IEncoder genuine = Encoders.Create(ObjectEncoding.Zlib);
        ArrayBufferWriter<byte> whole = new();
        fast.EncodeAll(plain, whole);
        ArrayBufferWriter<byte> sliced = new();
        fast.Begin();
        for (int offset = 0; offset < plain.Length; offset += 5_000_000)
        {
            fast.Encode(plain.AsSpan(offset, Math.Min(5_000_000, plain.Length - offset)), sliced);
        }

        fast.Finish(sliced);
        ArrayBufferWriter<byte> expected = new();
        genuine.EncodeAll(plain, expected);
        Assert.True(whole.WrittenSpan.SequenceEqual(expected.WrittenSpan));
        Assert.True(sliced.WrittenSpan.SequenceEqual(expected.WrittenSpan));
    }
}
