using System.Buffers;
using Strato.Core.Hashing;

namespace Strato.Storage.Http;

/// <summary>Collects a small download in memory and holds it against a hash where one is known.</summary>
public sealed class MemorySink(int maximumLength, ObjectHash? expected = null) : IDownloadSink
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>What was downloaded; valid once the download has succeeded and until the next begins.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.WrittenMemory;

    /// <inheritdoc/>
    public void Begin() => bytes.ResetWrittenCount();

    /// <inheritdoc/>
    public string? Write(ReadOnlySpan<byte> bytes)
    {
        if (this.bytes.WrittenCount + bytes.Length > maximumLength)
        {
            return $"it is longer than the {maximumLength} bytes that it may have";
        }

        this.bytes.Write(bytes);
        return null;
    }

    /// <inheritdoc/>
    public string? Finish() =>
        expected is { } hash && ContentHasher.Hash(hash.Algorithm, bytes.WrittenSpan) != hash ? "its bytes do not have the hash that names it" : null;
}
