using Strato.Storage.Objects;

namespace Strato.Testing.Storage;

/// <summary>A staged object of a <see cref="FaultyObjectStore"/>, whose plan counts its calls.</summary>
internal sealed class FaultyStagedObject(IStagedObject inner, FaultyObjectStore store) : IStagedObject
{
    public long Length => inner.Length;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        await store.RunAsync("writing an object", () => FaultyObjectStore.Void(inner.WriteAsync(bytes, cancellationToken)));

    public ValueTask<bool> PublishAsync(string key, CancellationToken cancellationToken = default) =>
        store.RunAsync($"storing {key}", () => inner.PublishAsync(key, cancellationToken));

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
