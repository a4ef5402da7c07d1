using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Strato.Core.Compression;

namespace Strato.Tests.Core.Compression;

public sealed class DecoderTests
{
    private static readonly byte[] Plain = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i >> 7))];
    private static readonly byte[] Encoded = Encode(Plain);

    public static TheoryData<bool> Paths => [true, false];

    [Theory]
    [MemberData(nameof(Paths))]
    public void An_object_of_exactly_the_allowed_size_decodes(bool isBlock)
    {
        Assert.Equal(DecodeStatus.Complete, Decode(isBlock, Encoded, Plain.Length, out byte[] plain));
        Assert.Equal(Plain, plain);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void One_byte_more_than_allowed_is_refused(bool isBlock) =>
        Assert.Equal(DecodeStatus.TooLarge, Decode(isBlock, Encoded, Plain.Length - 1, out _));

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_bomb_is_refused_after_the_allowed_bytes(bool isBlock) =>
        Assert.Equal(DecodeStatus.TooLarge, Decode(isBlock, Encode(new byte[50_000_000]), 1000, out _));

    [Theory]
    [MemberData(nameof(Paths))]
    public void An_empty_object_decodes_into_no_room(bool isBlock) =>
        Assert.Equal(DecodeStatus.Complete, Decode(isBlock, Encode([]), 0, out _));

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_byte_after_the_end_is_refused(bool isBlock) =>
        Assert.Equal(DecodeStatus.TrailingBytes, Decode(isBlock, [.. Encoded, 0], Plain.Length, out _));

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_shortened_object_decodes(bool isBlock)
    {
        byte[] encoded = Encode(Plain.AsSpan(0, 500).ToArray());
        for (int length = 0; length < encoded.Length; length++)
        {
            DecodeStatus status = Decode(isBlock, encoded.AsSpan(0, length), 500, out _);
            Assert.True(status is DecodeStatus.Truncated or DecodeStatus.Corrupt, $"{length} bytes: {status}");
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Any_changed_byte_is_noticed(bool isBlock)
    {
        byte[] encoded = Encode(Plain.AsSpan(0, 500).ToArray());
        for (int index = 0; index < encoded.Length; index++)
        {
            byte[] changed = [.. encoded];
            changed[index] ^= 0x55;
            DecodeStatus status = Decode(isBlock, changed, 500, out byte[] plain);
            Assert.True(status != DecodeStatus.Complete || plain.AsSpan().SequenceEqual(Plain.AsSpan(0, 500)), $"byte {index}: {status}");
        }
    }

    [Fact]
    public void Pieces_of_any_size_decode_alike()
    {
        using IDecoder decoder = Decoders.Create(CompressionAlgorithm.Zlib);
        Prop.ForAll(Gen.Choose(1, 5000).ToArbitrary(), step =>
        {
            ArrayBufferWriter<byte> output = new();
            decoder.Begin(Plain.Length);
            for (int offset = 0; offset < Encoded.Length; offset += step)
            {
                DecodeStatus status = decoder.Decode(Encoded.AsSpan(offset, Math.Min(step, Encoded.Length - offset)), output);
                Assert.True(status is DecodeStatus.NeedsInput or DecodeStatus.Complete);
            }

            Assert.Equal(DecodeStatus.Complete, decoder.Finish());
            Assert.True(output.WrittenSpan.SequenceEqual(Plain));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_failure_stays_until_the_next_object_begins()
    {
        using IDecoder decoder = Decoders.Create(CompressionAlgorithm.Zlib);
        ArrayBufferWriter<byte> output = new();
        decoder.Begin(10);
        Assert.Equal(DecodeStatus.Corrupt, decoder.Decode("no zlib stream"u8, output));
        Assert.Equal(DecodeStatus.Corrupt, decoder.Decode(Encoded, output));
        Assert.Equal(DecodeStatus.Corrupt, decoder.Finish());
        decoder.Begin(Plain.Length);
        Assert.Equal(DecodeStatus.Complete, decoder.Decode(Encoded, output));
    }

    [Fact]
    public void Plain_objects_are_bounded_too()
    {
        Assert.Equal(DecodeStatus.Complete, Decoders.DecodeAll(CompressionAlgorithm.None, "abc"u8, 3, out byte[] plain));
        Assert.Equal("abc"u8, plain);
        Assert.Equal(DecodeStatus.TooLarge, Decoders.DecodeAll(CompressionAlgorithm.None, "abc"u8, 2, out _));
    }

    private static DecodeStatus Decode(bool isBlock, ReadOnlySpan<byte> encoded, int allowed, out byte[] plain)
    {
        if (!isBlock)
        {
            return Decoders.DecodeAll(CompressionAlgorithm.Zlib, encoded, allowed, out plain);
        }

        using ZlibBlockDecoder decoder = new();
        byte[] buffer = new byte[allowed];
        DecodeStatus status = decoder.Decode(encoded, buffer, out int written);
        plain = buffer[..written];
        return status;
    }

    private static byte[] Encode(byte[] plain)
    {
        using IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
        ArrayBufferWriter<byte> output = new();
        encoder.EncodeAll(plain, output);
        return output.WrittenSpan.ToArray();
    }
}
