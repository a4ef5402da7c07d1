using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Publishing.Checking;
using Strato.Storage.Http;

namespace Strato.Publishing.Replication;

/// <summary>Takes a catalog as it is stored: verifies it, unpacks it into one file and keeps the stored bytes in another where those are wanted.</summary>
internal sealed class CatalogSink : IDownloadSink, IDisposable
{
    private readonly FileStream plain;
    private readonly FileStream? stored;
    private readonly ObjectVerification verification;

    /// <summary>Makes a sink for one catalog.</summary>
    /// <param name="hash">The catalog.</param>
    /// <param name="maximum">The plain bytes that it may have.</param>
    /// <param name="plainFile">Where to unpack it.</param>
    /// <param name="storedFile">Where to keep the stored bytes; null where they are at hand already.</param>
    public CatalogSink(ObjectHash hash, long maximum, string plainFile, string? storedFile)
    {
        plain = new FileStream(plainFile, FileMode.Create, FileAccess.Write);
        stored = storedFile is null ? null : new FileStream(storedFile, FileMode.Create, FileAccess.Write);
        verification = new ObjectVerification(
            hash, CompressionAlgorithm.Zlib, plainSize: null, maximum, restart: null, take: piece => plain.Write(piece.Span));
    }

    /// <summary>The stored bytes that came.</summary>
    public long StoredLength { get; private set; }

    /// <inheritdoc/>
    public void Begin()
    {
        Restart(plain);
        Restart(stored);
        StoredLength = 0;
        verification.Begin();
    }

    /// <inheritdoc/>
    public string? Write(ReadOnlySpan<byte> bytes)
    {
        stored?.Write(bytes);
        StoredLength += bytes.Length;
        return verification.Write(bytes);
    }

    /// <inheritdoc/>
    public string? Finish() => verification.Finish();

    public void Dispose()
    {
        verification.Dispose();
        stored?.Dispose();
        plain.Dispose();
    }

    private static void Restart(FileStream? file)
    {
        if (file is not null)
        {
            file.Position = 0;
            file.SetLength(0);
        }
    }
}
