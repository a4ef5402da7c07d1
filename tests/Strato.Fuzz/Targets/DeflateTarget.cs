using System.Buffers;
using System.Buffers.Binary;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Testing.Compression;

namespace Strato.Fuzz.Targets;

/// <summary>The encoder against the machine's zlib: inputs are content, or the seed and size of made-up content.</summary>
internal sealed class DeflateTarget : IFuzzTarget, IDisposable
{
    private const int HeaderLength = 8;
    private const int MaxLength = 300_000;

    private readonly IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
    private readonly ArrayBufferWriter<byte> output = new();

    public string Name => "deflate";

    public IEnumerable<byte[]> Seeds =>
    [
        .. GoldenSeeds.Plain(ObjectKind.History, manifest => manifest.History),
        .. Enumerable.Range(0, 20).Select(seed => BitConverter.GetBytes(((long)(seed * 15_000) << 32) | (uint)seed)),
    ];

    public bool Run(byte[] input)
    {
        if (!GenuineZlib.IsZlib)
        {
            return false;
        }

        byte[] plain = input.Length == HeaderLength
            ? CompressibleData.Make(BinaryPrimitives.ReadInt32LittleEndian(input), (int)(BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(4)) % MaxLength))
            : input;
        output.ResetWrittenCount();
        encoder.EncodeAll(plain, output);
        return output.WrittenSpan.SequenceEqual(GenuineZlib.Compress(plain)) ? true : throw new InvalidOperationException("other bytes than zlib's");
    }

    public void Dispose() => encoder.Dispose();
}
