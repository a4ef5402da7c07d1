using Microsoft.Net.Http.Headers;
using Strato.Storage.Objects;

namespace Strato.Web.Origin;

/// <summary>An object that is there, with what HTTP says of it.</summary>
internal sealed class ServedObject : IAsyncDisposable
{
    // Clients and proxies may keep objects for as long as they like: the name is the hash of the bytes.
    private const string Forever = "public, max-age=31536000, immutable";

    // Squid's defaults do not cache at all what may be kept for 60 seconds or less.
    internal const string Briefly = "public, max-age=61";

    // Manifests, whitelists and markers have a few kilobytes.
    private const int MaximumSmallLength = 1024 * 1024;

    private readonly IObjectSource store;
    private readonly string key;
    private readonly ReadOnlyMemory<byte>? bytes;
    private Stream? opened;

    private ServedObject(IObjectSource store, string key, long length, ReadOnlyMemory<byte>? bytes = null)
    {
        this.store = store;
        this.key = key;
        this.bytes = bytes;
        Length = length;
    }

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>A strong validator: other bytes have another tag.</summary>
    public required EntityTagHeaderValue Tag { get; init; }

    /// <summary>
    /// When the object was put; null for mutable ones, which may change more than once in a second, so that a date would
    /// keep a reader from seeing the newest manifest.
    /// </summary>
    public DateTimeOffset? LastModified { get; private init; }

    public required string CacheControl { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Looks up a key that <see cref="ServedKey"/> allows; null where there is no such object.</summary>
    public static async ValueTask<ServedObject?> FindAsync(IObjectSource store, string key, CancellationToken cancellationToken)
    {
        if (ObjectKey.IsImmutable(key))
        {
            return await store.StatAsync(key, cancellationToken) is not { } status ? null : new ServedObject(store, key, status.Length)
            {
                Tag = TagOf(key),
                LastModified = WholeSeconds(status.LastModified),
                CacheControl = Forever,
                ContentType = "application/octet-stream",
            };
        }

        if (key == ObjectKey.Reflog)
        {
            // It may be too large to be held in memory, so its time stands for its content.
            return await store.StatAsync(key, cancellationToken) is not { } status ? null : new ServedObject(store, key, status.Length)
            {
                Tag = Quote($"{status.LastModified.UtcTicks:x}-{status.Length:x}"),
                CacheControl = Briefly,
                ContentType = "application/x-cvmfs",
            };
        }

        return await store.ReadAsync(key, MaximumSmallLength, cancellationToken) is not { } small ? null : new ServedObject(store, key, small.Bytes.Length, small.Bytes)
        {
            Tag = Quote(small.Version.Token.Replace("\"", "", StringComparison.Ordinal)),
            CacheControl = Briefly,
            ContentType = "application/x-cvmfs",
        };
    }

    /// <summary>
    /// Opens an immutable object at once, for whoever wants all of it: of a store that another server is, this is one request for two. Its time is not told.
    /// </summary>
    /// <inheritdoc cref="FindAsync"/>
    public static async ValueTask<ServedObject?> OpenWholeAsync(IObjectSource store, string key, CancellationToken cancellationToken) =>
        await store.OpenReadAsync(key, range: null, cancellationToken) is not { } stream ? null : new ServedObject(store, key, stream.Length)
        {
            opened = stream,
            Tag = TagOf(key),
            CacheControl = Forever,
            ContentType = "application/octet-stream",
        };

    /// <summary>Opens the object's bytes, or a part of them; null where it was deleted meanwhile.</summary>
    public ValueTask<Stream?> OpenAsync(ByteRange range, CancellationToken cancellationToken)
    {
        if (opened is { } whole && range == new ByteRange(0, Length))
        {
            opened = null;
            return ValueTask.FromResult<Stream?>(whole);
        }

        if (bytes is { } held)
        {
            byte[] part = held.Slice((int)range.Offset, (int)range.Length).ToArray();
            return ValueTask.FromResult<Stream?>(new MemoryStream(part, writable: false));
        }

        return store.OpenReadAsync(key, range, cancellationToken);
    }

    public ValueTask DisposeAsync() => opened?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static EntityTagHeaderValue TagOf(string key) => Quote(key.Remove(0, ObjectKey.DataPrefix.Length).Replace("/", "", StringComparison.Ordinal));

    private static EntityTagHeaderValue Quote(string text) => new($"\"{text}\"");

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
