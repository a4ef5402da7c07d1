namespace Strato.Storage.Objects;

/// <summary>
/// The reading half of an <see cref="IObjectStore"/>, whose contract holds here too: for places that can only be read, such as a server
/// (<see cref="Http.HttpObjectSource"/>).
/// </summary>
public interface IObjectSource : IAsyncDisposable
{
    /// <summary>The place in words for people, such as <c>/srv/strato/sft.example.org</c> or <c>s3://bucket/prefix</c>.</summary>
    string Location { get; }

    /// <summary>True where the object is there. The cheapest question a store answers: ask it before encoding bytes for nothing.</summary>
    ValueTask<bool> ExistsAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>The object's size and time, null where it is absent.</summary>
    ValueTask<ObjectStatus?> StatAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens an object for reading forward; the caller disposes the stream. Null where it is absent. A range that begins
    /// at or beyond the end yields an empty stream, one that reaches beyond it is cut there. The object may be deleted
    /// meanwhile: an open stream then either reads on to the end or fails, and never yields other bytes.
    /// </summary>
    ValueTask<Stream?> OpenReadAsync(string key, ByteRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a mutable object whole with the version that <see cref="IObjectStore.CompareAndSwapAsync"/> expects; null where it is
    /// absent. One larger than <paramref name="maximumLength"/> bytes is an error.
    /// </summary>
    ValueTask<VersionedBytes?> ReadAsync(string key, int maximumLength, CancellationToken cancellationToken = default);
}
