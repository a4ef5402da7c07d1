using Strato.Storage.Objects;

namespace Strato.Storage.Memory;

/// <summary>Collects the bytes of an object for a <see cref="MemoryObjectStore"/>.</summary>
internal sealed class MemoryStagedObject(MemoryObjectStore store) : IStagedObject
{
    private readonly MemoryStream written = new();
    private bool published;

    public long Length => written.Length;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ThrowIfPublished();
        cancellationToken.ThrowIfCancellationRequested();
        written.Write(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> PublishAsync(string key, CancellationToken cancellationToken = default)
    {
        ThrowIfPublished();
        published = true;
        return store.PutIfAbsentAsync(key, written.GetBuffer().AsMemory(0, (int)written.Length), cancellationToken);
    }

    public ValueTask DisposeAsync() => written.DisposeAsync();

    private void ThrowIfPublished()
    {
        if (published)
        {
            throw new InvalidOperationException("the object is published already");
        }
    }
}
