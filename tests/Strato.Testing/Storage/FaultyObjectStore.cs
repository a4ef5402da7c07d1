using Strato.Core;
using Strato.Storage.Objects;

namespace Strato.Testing.Storage;

/// <summary>
/// A store that lets its users down as a plan says, within <see cref="IObjectStore"/>'s contract. Every call counts: those of streams
/// and staged objects, too. The store behind is not disposed of.
/// </summary>
public sealed class FaultyObjectStore(IObjectStore inner, FaultPlan plan) : IObjectStore
{
    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public ValueTask<bool> ExistsAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync($"looking for {key}", () => inner.ExistsAsync(key, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ObjectStatus?> StatAsync(string key, CancellationToken cancellationToken = default) =>
        RunAsync($"looking for {key}", () => inner.StatAsync(key, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<Stream?> OpenReadAsync(string key, ByteRange? range = null, CancellationToken cancellationToken = default)
    {
        InjectedFault? fault = plan.Next();
        Stream? stream = await RunAsync(fault, $"opening {key}", () => inner.OpenReadAsync(key, range, cancellationToken));
        return fault == InjectedFault.BrokenBody && stream is not null ? new BrokenStream(stream, Failure($"reading {key}", "the connection broke off")) : stream;
    }

    /// <inheritdoc/>
    public ValueTask<VersionedBytes?> ReadAsync(string key, int maximumLength, CancellationToken cancellationToken = default)
    {
        InjectedFault? fault = plan.Next();
        return RunAsync(
            fault == InjectedFault.BrokenBody ? InjectedFault.LostAnswer : fault, $"reading {key}", () => inner.ReadAsync(key, maximumLength, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<IStagedObject> CreateStagedAsync(CancellationToken cancellationToken = default) =>
        new FaultyStagedObject(await RunAsync("staging an object", () => inner.CreateStagedAsync(cancellationToken)), this);

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        RunAsync($"storing {key}", () => inner.PutIfAbsentAsync(key, bytes, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        await RunAsync("deleting objects", () => Void(inner.DeleteAsync(keys, cancellationToken)));

    /// <inheritdoc/>
    public async ValueTask<SwapResult> CompareAndSwapAsync(
        string key, ObjectVersion? expected, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        InjectedFault? fault = plan.Next();
        return fault == InjectedFault.LostRace
            ? new SwapResult(Swapped: false, new ObjectVersion("somebody else's"))
            : await RunAsync(fault, $"swapping {key}", () => inner.CompareAndSwapAsync(key, expected, bytes, cancellationToken));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectListing> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        plan.Next() is null ? inner.ListAsync(prefix, cancellationToken) : throw Failure($"listing {prefix}", "input/output error");

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) =>
        await RunAsync("writing objects to disk", () => Void(inner.FlushAsync(cancellationToken)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Counts a call that does something, and does it or lets it fail.</summary>
    internal ValueTask<T> RunAsync<T>(string doing, Func<ValueTask<T>> call) => RunAsync(plan.Next(), doing, call);

    /// <summary>The same for a call without a result.</summary>
    internal static async ValueTask<bool> Void(ValueTask task)
    {
        await task;
        return true;
    }

    private async ValueTask<T> RunAsync<T>(InjectedFault? fault, string doing, Func<ValueTask<T>> call)
    {
        switch (fault)
        {
            case InjectedFault.Refusal:
                throw Failure(doing, "no space is left on the device");
            case InjectedFault.Timeout:
                await Task.Yield();
                throw Failure(doing, "no answer in time");
            case InjectedFault.LostAnswer:
                await call();
                throw Failure(doing, "the connection broke off before the answer");
            default:
                return await call();
        }
    }

    private StratoException Failure(string doing, string reason) => new($"{doing} in {Location} failed: {reason}");
}
