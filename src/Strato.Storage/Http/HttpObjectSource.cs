using System.Security.Cryptography;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Storage.Objects;

namespace Strato.Storage.Http;

/// <summary>
/// The objects of a repository that somebody else serves, for reading: as they are stored, each held against the hash that names it
/// before its first byte is given out, so that a damaged copy is left for the next server. Thread-safe.
/// </summary>
/// <param name="source">The servers; disposed together with this.</param>
public sealed class HttpObjectSource(HttpSource source) : IObjectSource
{
    /// <summary>The longest object that no hash names.</summary>
    private const int SmallLength = 64 << 20;

    /// <inheritdoc/>
    public string Location => source.CurrentServer;

    /// <inheritdoc/>
    public async ValueTask<bool> ExistsAsync(string key, CancellationToken cancellationToken = default) =>
        await StatAsync(key, cancellationToken) is not null;

    /// <inheritdoc/>
    /// <remarks>A length that the server does not tell is 0, and a time that it does not tell is the earliest.</remarks>
    public async ValueTask<ObjectStatus?> StatAsync(string key, CancellationToken cancellationToken = default)
    {
        AnnouncementSink sink = new();
        return await TryDownloadAsync(new DownloadRequest(PathOf(key), HeadersOnly: true), sink, cancellationToken)
            ? new ObjectStatus(sink.Length ?? 0, sink.LastModified ?? DateTimeOffset.MinValue)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Stream?> OpenReadAsync(string key, ByteRange? range = null, CancellationToken cancellationToken = default)
    {
        if (!ObjectKey.TryParse(key, out ObjectName name))
        {
            VersionedBytes? small = await ReadAsync(key, SmallLength, cancellationToken);
            return small is null ? null : new MemoryStream(Cut(small.Bytes, range), writable: false);
        }

        using StoredObjectSink sink = new(name, isWhole: range is null);
        try
        {
            if (await TryDownloadAsync(new DownloadRequest(PathOf(key), range), sink, cancellationToken))
            {
                return new ObjectFileStream(sink.File, key, 0, sink.Length);
            }
        }
        catch
        {
            sink.File.Dispose();
            throw;
        }

        sink.File.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<VersionedBytes?> ReadAsync(string key, int maximumLength, CancellationToken cancellationToken = default)
    {
        MemorySink sink = new(maximumLength);
        return await TryDownloadAsync(new DownloadRequest(PathOf(key)), sink, cancellationToken)
            ? new VersionedBytes(sink.Bytes.ToArray(), new ObjectVersion(Convert.ToHexStringLower(SHA256.HashData(sink.Bytes.Span))))
            : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        source.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string PathOf(string key)
    {
        ObjectKey.Require(key);
        return "/" + key;
    }

    private static byte[] Cut(ReadOnlyMemory<byte> bytes, ByteRange? range)
    {
        int offset = (int)Math.Min(range?.Offset ?? 0, bytes.Length);
        int length = (int)Math.Min(range?.Length ?? long.MaxValue, bytes.Length - offset);
        return bytes.Slice(offset, length).ToArray();
    }

    private async ValueTask<bool> TryDownloadAsync(DownloadRequest request, IDownloadSink sink, CancellationToken cancellationToken)
    {
        FetchFailure? failure = await source.DownloadAsync(request, sink, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return failure?.Kind switch
        {
            null => true,
            FetchFailureKind.NotFound => false,
            _ => throw new StratoException($"cannot fetch {failure.Message}{source.TriedNote}"),
        };
    }
}
