using System.Buffers;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Xattrs;

/// <summary>
/// Names the cached copy of a file's object anew, from its plain bytes: what <c>user.lhash</c> shows. Objects that were encoded by
/// another encoder than the genuine one come out with another name and are good all the same. Reads the whole file, so not on a worker.
/// </summary>
internal sealed class LocalHashWant : Want
{
    private const int BufferLength = 1 << 20;

    private readonly IContentSource source;
    private readonly CatalogEntry row;

    public LocalHashWant(IContentSource source, CatalogEntry row)
    {
        this.source = source;
        this.row = row;
    }

    /// <summary>The value of the attribute, once fulfilled.</summary>
    public string Result { get; private set; } = "";

    public override Task FulfilAsync(CancellationToken cancellation)
    {
        CachedObject content = new(new ObjectName(row.Hash, ObjectKind.File), row.Compression);
        if (!source.TryOpen(in content, row.IsChunked ? -1 : row.Size, out int descriptor))
        {
            Result = "Not in cache";
            return Task.CompletedTask;
        }

        try
        {
            Result = Hash(descriptor, cancellation);
            return Task.CompletedTask;
        }
        finally
        {
            RawDescriptor.Close(descriptor);
        }
    }

    private string Hash(int descriptor, CancellationToken cancellation)
    {
        using ContentHasher hasher = new(row.Hash.Algorithm);
        using IEncoder encoder = Encoders.Create(row.Compression == CompressionAlgorithm.None ? ObjectEncoding.None : ObjectEncoding.Zlib);
        ArrayBufferWriter<byte> encoded = new(BufferLength);
        byte[] plain = new byte[BufferLength];
        encoder.Begin();
        for (long offset = 0; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            Errno errno = RawDescriptor.ReadAt(descriptor, plain, offset, out int count);
            if (errno != Errno.None)
            {
                return $"I/O error ({(int)errno})";
            }

            if (count == 0)
            {
                break;
            }

            encoder.Encode(plain.AsSpan(0, count), encoded);
            hasher.Append(encoded.WrittenSpan);
            encoded.ResetWrittenCount();
            offset += count;
        }

        encoder.Finish(encoded);
        hasher.Append(encoded.WrittenSpan);
        return hasher.Finish().ToString();
    }
}
