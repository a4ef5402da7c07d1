using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// Verifies an object while it comes: hashes the stored bytes, decodes them, and writes the plain ones into the cache, where nobody sees
/// them before all was found right. One object; one attempt at a time.
/// </summary>
internal sealed class ObjectSink : IDownloadSink, IDisposable
{
    private readonly ObjectRequest request;
    private readonly CacheWriter writer;
    private readonly ContentHasher hasher;
    private readonly IDecoder decoder;
    private readonly long maximumPlain;
    private readonly long maximumStored;
    private long stored;

    public ObjectSink(in ObjectRequest request, CacheWriter writer, long maximumUnknownLength)
    {
        this.request = request;
        this.writer = writer;
        hasher = new ContentHasher(request.Entry.Name.Hash.Algorithm);
        decoder = Decoders.Create(request.Entry.Compression);
        maximumPlain = request.PlainLength >= 0 ? request.PlainLength
            : request.MaximumLength >= 0 ? Math.Min(request.MaximumLength, maximumUnknownLength)
            : maximumUnknownLength;

        // Deflate's worst case is five bytes for each stored block; encoders that flush often stay below this, too.
        bool isPlain = request.Entry.Compression == CompressionAlgorithm.None;
        maximumStored = isPlain ? maximumPlain : maximumPlain + (maximumPlain / 64) + (64 << 10);
    }

    public void Begin()
    {
        stored = 0;
        _ = hasher.Finish();
        writer.Reset();
        decoder.Begin(maximumPlain);
    }

    public string? Write(ReadOnlySpan<byte> bytes)
    {
        stored += bytes.Length;
        if (stored > maximumStored)
        {
            return $"it is longer than the {maximumStored} stored bytes that it may have";
        }

        hasher.Append(bytes);
        return Describe(decoder.Decode(bytes, writer));
    }

    public string? Finish() =>
        Describe(decoder.Finish())
            ?? (hasher.Finish() != request.Entry.Name.Hash ? "its bytes do not have the hash that names it" : null)
            ?? (request.PlainLength >= 0 && writer.Length != request.PlainLength
                ? $"it has {writer.Length} bytes where the catalog tells {request.PlainLength}"
                : null);

    public void Dispose()
    {
        decoder.Dispose();
        hasher.Dispose();
    }

    private string? Describe(DecodeStatus status) => status switch
    {
        DecodeStatus.NeedsInput or DecodeStatus.Complete => null,
        DecodeStatus.Truncated => "it ends too early",
        DecodeStatus.TrailingBytes => "bytes follow its end",
        DecodeStatus.TooLarge => $"it unpacks to more than the {maximumPlain} bytes that it may have",
        _ => "it is not what was stored under its name",
    };
}
