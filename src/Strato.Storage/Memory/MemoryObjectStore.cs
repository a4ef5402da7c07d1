using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Strato.Core;
using Strato.Storage.Objects;

namespace Strato.Storage.Memory;

/// <summary>
/// An object store in memory with the semantics of S3 and with faults on demand, for tests of whatever uses a store:
/// conditional puts, paginated listings that show puts made meanwhile or not, deletes in batches of a thousand. Thread-safe.
/// </summary>
public sealed class MemoryObjectStore : IObjectStore
{
    /// <summary>S3's limit of keys in one multi-object delete.</summary>
    public const int MaximumDeleteBatch = 1000;

    private readonly SortedDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<StoreOperation, int> counts = new();
    private readonly TimeProvider time;
    private readonly int pageSize;
    private long versions;

    /// <summary>Makes an empty store.</summary>
    /// <param name="time">The clock for modification times and delays.</param>
    /// <param name="pageSize">How many keys one listing request returns, 1000 in S3.</param>
    public MemoryObjectStore(TimeProvider? time = null, int pageSize = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        this.time = time ?? TimeProvider.System;
        this.pageSize = pageSize;
    }

    /// <inheritdoc/>
    public string Location => "memory";

    /// <summary>
    /// Asked at every request with its operation, key (or prefix) and how many of that operation came before; answers with a fault or null.
    /// Called outside of locks, from the requests' threads.
    /// </summary>
    public Func<StoreOperation, string, int, StoreFault?>? Fault { get; set; }

    /// <summary>How many requests of an operation were made, failed ones included.</summary>
    public int CountOf(StoreOperation operation) => counts.GetValueOrDefault(operation);

    /// <inheritdoc/>
    public async ValueTask<bool> ExistsAsync(string key, CancellationToken cancellationToken = default) =>
        await StatAsync(key, cancellationToken) is not null;

    /// <inheritdoc/>
    public ValueTask<ObjectStatus?> StatAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Require(key);
        return RequestAsync(StoreOperation.Head, key, () => Find(key) is { } entry ? entry.Status : (ObjectStatus?)null, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<Stream?> OpenReadAsync(string key, ByteRange? range = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Require(key);
        (Entry? found, bool truncated) = await GetAsync(key, cancellationToken);
        if (found is not { } entry)
        {
            return null;
        }

        int offset = range is { } from ? (int)Math.Min(from.Offset, entry.Bytes.Length) : 0;
        int length = range is { } limit ? (int)Math.Min(limit.Length, entry.Bytes.Length - offset) : entry.Bytes.Length;
        return truncated
            ? new TruncatedStream(entry.Bytes.AsMemory(offset, length / 2))
            : new MemoryStream(entry.Bytes, offset, length, writable: false);
    }

    /// <inheritdoc/>
    public async ValueTask<VersionedBytes?> ReadAsync(string key, int maximumLength, CancellationToken cancellationToken = default)
    {
        ObjectKey.RequireMutable(key);
        (Entry? found, bool truncated) = await GetAsync(key, cancellationToken);
        if (found is not { } entry)
        {
            return null;
        }

        if (truncated)
        {
            throw new StratoException($"reading {key} from memory: the connection broke off");
        }

        return entry.Bytes.Length > maximumLength
            ? throw new StratoException($"reading {key} from memory: {entry.Bytes.Length} bytes are more than the {maximumLength} allowed")
            : new VersionedBytes(entry.Bytes.ToArray(), entry.Version);
    }

    /// <inheritdoc/>
    public ValueTask<IStagedObject> CreateStagedAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IStagedObject>(new MemoryStagedObject(this));

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ObjectKey.RequireImmutable(key);
        return RequestAsync(StoreOperation.Put, key, () => TryInsert(key, bytes), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        foreach (string key in keys)
        {
            ObjectKey.Require(key);
        }

        foreach (string[] batch in keys.Chunk(MaximumDeleteBatch))
        {
            await RequestAsync(StoreOperation.Delete, batch[0], () => Remove(batch), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SwapResult> CompareAndSwapAsync(
        string key, ObjectVersion? expected, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ObjectKey.RequireMutable(key);
        return RequestAsync(StoreOperation.Swap, key, () => Swap(key, expected, bytes), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectListing> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        while (true)
        {
            string? continuation = after;
            ObjectListing[] page = await RequestAsync(StoreOperation.List, prefix, () => Page(prefix, continuation), cancellationToken);
            foreach (ObjectListing listing in page)
            {
                yield return listing;
            }

            if (page.Length < pageSize)
            {
                yield break;
            }

            after = page[^1].Key;
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<(Entry? Entry, bool Truncated)> GetAsync(string key, CancellationToken cancellationToken)
    {
        StoreFaultKind kind = await AdmitAsync(StoreOperation.Get, key, cancellationToken);
        if (kind is StoreFaultKind.ServerError or StoreFaultKind.Conflict or StoreFaultKind.LostResponse)
        {
            throw Failure(StoreOperation.Get, key, kind);
        }

        return (Find(key), kind == StoreFaultKind.TruncatedBody);
    }

    private async ValueTask<T> RequestAsync<T>(StoreOperation operation, string key, Func<T> perform, CancellationToken cancellationToken)
    {
        StoreFaultKind kind = await AdmitAsync(operation, key, cancellationToken);
        if (kind is StoreFaultKind.ServerError or StoreFaultKind.Conflict)
        {
            throw Failure(operation, key, kind);
        }

        T result = perform();
        return kind is StoreFaultKind.LostResponse or StoreFaultKind.TruncatedBody ? throw Failure(operation, key, kind) : result;
    }

    private async ValueTask<StoreFaultKind> AdmitAsync(StoreOperation operation, string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int before = counts.AddOrUpdate(operation, 1, static (_, count) => count + 1) - 1;
        StoreFault fault = Fault?.Invoke(operation, key, before) ?? default;
        if (fault.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, time, cancellationToken);
        }

        return fault.Kind;
    }

    private static StratoException Failure(StoreOperation operation, string key, StoreFaultKind kind)
    {
        string reason = kind switch
        {
            StoreFaultKind.Conflict => "another conditional request is in flight (409); try again",
            StoreFaultKind.ServerError => "internal error (500)",
            _ => "the connection broke off before the answer",
        };
        return new StratoException(string.Create(CultureInfo.InvariantCulture, $"{operation} of {key} in memory: {reason}"));
    }

    private Entry? Find(string key)
    {
        lock (gate)
        {
            return entries.TryGetValue(key, out Entry? entry) ? entry : null;
        }
    }

    private bool TryInsert(string key, ReadOnlyMemory<byte> bytes)
    {
        Entry entry = MakeEntry(bytes);
        lock (gate)
        {
            return entries.TryAdd(key, entry);
        }
    }

    private int Remove(string[] keys)
    {
        lock (gate)
        {
            return keys.Count(entries.Remove);
        }
    }

    private SwapResult Swap(string key, ObjectVersion? expected, ReadOnlyMemory<byte> bytes)
    {
        Entry replacement = MakeEntry(bytes);
        lock (gate)
        {
            ObjectVersion? current = entries.TryGetValue(key, out Entry? entry) ? entry.Version : null;
            if (current != expected)
            {
                return new SwapResult(Swapped: false, current);
            }

            entries[key] = replacement;
            return new SwapResult(Swapped: true, replacement.Version);
        }
    }

    private ObjectListing[] Page(string prefix, string? after)
    {
        lock (gate)
        {
            return entries
                .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(pair.Key, after) > 0)
                .Take(pageSize)
                .Select(pair => new ObjectListing(pair.Key, pair.Value.Status))
                .ToArray();
        }
    }

    private Entry MakeEntry(ReadOnlyMemory<byte> bytes)
    {
        string token = Interlocked.Increment(ref versions).ToString(CultureInfo.InvariantCulture);
        return new Entry(bytes.ToArray(), new ObjectVersion(token), time.GetUtcNow());
    }

    private sealed record Entry(byte[] Bytes, ObjectVersion Version, DateTimeOffset LastModified)
    {
        public ObjectStatus Status => new(Bytes.Length, LastModified);
    }
}
