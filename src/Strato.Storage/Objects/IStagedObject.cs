namespace Strato.Storage.Objects;

/// <summary>
/// An object on its way into a store: written forward, then published under a key that may depend on its bytes, or disposed
/// and gone. Belongs to one caller at a time. Dispose it in every case; after publishing that only frees it.
/// </summary>
public interface IStagedObject : IAsyncDisposable
{
    /// <summary>The number of bytes written so far.</summary>
    long Length { get; }

    /// <summary>Appends bytes, which are the caller's again once the task is done.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts what was written under an immutable key if that is absent; true where this call made it. Called at most once, and
    /// nothing may be written after it.
    /// </summary>
    ValueTask<bool> PublishAsync(string key, CancellationToken cancellationToken = default);
}
