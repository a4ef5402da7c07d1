using System.Buffers;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Http;

namespace Strato.Publishing.Checking;

/// <summary>
/// Verifies an object as its stored bytes arrive: hash, encoding, plain size. Hands the plain bytes on where somebody wants them. Serves one
/// object at a time.
/// </summary>
internal sealed class ObjectVerification : IDownloadSink, IDisposable
{
    /// <summary>Stored bytes that are decoded at once, which bounds what a bomb can make of them in one step.</summary>
    private const int StepLength = 32 * 1024;

    private readonly ObjectHash expected;
    private readonly long? plainSize;
    private readonly long maximum;
    private readonly Action? restart;
    private readonly Action<ReadOnlyMemory<byte>>? take;
    private readonly IDecoder decoder;
    private readonly ContentHasher hasher;
    private readonly ArrayBufferWriter<byte> plain = new();
    private long length;

    /// <summary>Verifies one object.</summary>
    /// <param name="expected">Its hash.</param>
    /// <param name="compression">How it is encoded.</param>
    /// <param name="plainSize">The plain bytes that it is to have; null where that is unknown.</param>
    /// <param name="maximum">The plain bytes that it may have.</param>
    /// <param name="restart">Told when the bytes come from the beginning, perhaps again.</param>
    /// <param name="take">Takes the plain bytes, which are not verified before the end.</param>
    public ObjectVerification(
        ObjectHash expected, CompressionAlgorithm compression, long? plainSize, long maximum, Action? restart = null, Action<ReadOnlyMemory<byte>>? take = null)
    {
        this.expected = expected;
        this.plainSize = plainSize;
        this.maximum = maximum;
        this.restart = restart;
        this.take = take;
        decoder = Decoders.Create(compression);
        hasher = new ContentHasher(expected.Algorithm);
    }

    public void Begin()
    {
        decoder.Begin(maximum);
        hasher.Reset();
        length = 0;
        restart?.Invoke();
    }

    public string? Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> step = bytes[..Math.Min(StepLength, bytes.Length)];
            bytes = bytes[step.Length..];
            hasher.Append(step);
            plain.ResetWrittenCount();
            if (Problem(decoder.Decode(step, plain)) is { } problem)
            {
                return problem;
            }

            length += plain.WrittenCount;
            take?.Invoke(plain.WrittenMemory);
        }

        return null;
    }

    public string? Finish()
    {
        DecodeStatus status = decoder.Finish();
        return status != DecodeStatus.Complete ? Problem(status)
            : hasher.Finish() != expected ? "is damaged: its bytes have another hash"
            : plainSize is { } size && size != length ? $"unpacks to {length} bytes, not to {size}"
            : null;
    }

    public void Dispose()
    {
        decoder.Dispose();
        hasher.Dispose();
    }

    private static string? Problem(DecodeStatus status) => status switch
    {
        DecodeStatus.NeedsInput or DecodeStatus.Complete => null,
        DecodeStatus.Truncated => "is damaged: it ends too early",
        DecodeStatus.TrailingBytes => "is damaged: bytes follow its end",
        DecodeStatus.TooLarge => "is damaged: it unpacks to more than it may",
        _ => "is damaged: it cannot be unpacked",
    };
}
