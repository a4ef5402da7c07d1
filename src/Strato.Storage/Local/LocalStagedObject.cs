using Strato.Posix;
using Strato.Storage.Objects;

namespace Strato.Storage.Local;

/// <summary>An object that is being written into a <see cref="LocalObjectStore"/>.</summary>
internal sealed class LocalStagedObject(LocalObjectStore store, WriteSession session, StagedFile file) : IStagedObject
{
    /// <summary>Large objects start to reach the disk while they are written, so that the flush at the end has less to wait for.</summary>
    private const long WritebackStep = 8 << 20;

    private long handedToDisk;
    private bool published;
    private bool disposed;

    public long Length { get; private set; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        cancellationToken.ThrowIfCancellationRequested();
        PosixFile.WriteAll(file.File, bytes.Span).ThrowIfFailed("storing an object", store.Location);
        Length += bytes.Length;
        if (Length - handedToDisk >= WritebackStep)
        {
            // A hint only: file systems without it lose nothing but time.
            _ = Durability.WriteBack(file.File, handedToDisk, Length - handedToDisk, SyncRange.Write);
            handedToDisk = Length;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> PublishAsync(string key, CancellationToken cancellationToken = default)
    {
        RequireOpen();
        ObjectKey.RequireImmutable(key);
        cancellationToken.ThrowIfCancellationRequested();
        published = true;
        return ValueTask.FromResult(store.Place(file, key, Length));
    }

    public ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            file.Dispose();
            store.Leave(session);
        }

        return ValueTask.CompletedTask;
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (published)
        {
            throw new InvalidOperationException("the object is published already");
        }
    }
}
