using System.Buffers;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Objects;

namespace Strato.Publishing.Objects;

/// <summary>
/// Reads objects of a store or a server, verified: what was handed on may be used once the call has returned, and never has more bytes than
/// allowed. Safe on any thread.
/// </summary>
internal sealed class ObjectReader(IObjectSource store, CancellationToken cancellation)
{
    /// <summary>Stored bytes that are decoded at once, which bounds what a bomb can make of them in one step.</summary>
    private const int StepLength = 32 * 1024;

    /// <summary>Hands an object's plain bytes to <paramref name="take"/> piece by piece.</summary>
    /// <exception cref="ObjectProblemException">The object is missing, damaged or larger than allowed.</exception>
    public void Read(ObjectName name, CompressionAlgorithm compression, long maximumPlainSize, Action<ReadOnlyMemory<byte>> take)
    {
        string key = ObjectKey.Of(name);
        using Stream stream = Blocking.Wait(store.OpenReadAsync(key, range: null, cancellation))
            ?? throw new ObjectProblemException($"object {name} is missing in {store.Location}; 'strato check' tells what else is", "is missing", isMissing: true);
        using IDecoder decoder = Decoders.Create(compression);
        using ContentHasher hasher = new(name.Hash.Algorithm);
        ArrayBufferWriter<byte> plain = new();
        byte[] step = ArrayPool<byte>.Shared.Rent(StepLength);
        try
        {
            decoder.Begin(maximumPlainSize);
            int count;
            while ((count = stream.Read(step, 0, StepLength)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hasher.Append(step.AsSpan(0, count));
                Require(decoder.Decode(step.AsSpan(0, count), plain), name);
                take(plain.WrittenMemory);
                plain.ResetWrittenCount();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(step);
        }

        if (decoder.Finish() is var status && status != DecodeStatus.Complete)
        {
            Require(status, name);
        }

        if (hasher.Finish() != name.Hash)
        {
            throw Damaged(name, "its bytes have another hash");
        }
    }

    /// <summary>Reads a small object whole.</summary>
    /// <inheritdoc cref="Read(ObjectName, CompressionAlgorithm, long, Action{ReadOnlyMemory{byte}})"/>
    public byte[] ReadWhole(ObjectName name, CompressionAlgorithm compression, int maximumPlainSize)
    {
        ArrayBufferWriter<byte> whole = new();
        Read(name, compression, maximumPlainSize, piece => whole.Write(piece.Span));
        return whole.WrittenSpan.ToArray();
    }

    private void Require(DecodeStatus status, ObjectName name)
    {
        string? problem = status switch
        {
            DecodeStatus.NeedsInput or DecodeStatus.Complete => null,
            DecodeStatus.Truncated => "it ends too early",
            DecodeStatus.TrailingBytes => "bytes follow its end",
            DecodeStatus.TooLarge => "it unpacks to more than it may",
            _ => "it cannot be unpacked",
        };
        if (problem is not null)
        {
            throw Damaged(name, problem);
        }
    }

    private ObjectProblemException Damaged(ObjectName name, string problem) =>
        new($"object {name} in {store.Location} is damaged: {problem}; restore it from a replica", $"is damaged: {problem}", isMissing: false);
}
