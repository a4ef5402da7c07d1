namespace Strato.Storage.Objects;

/// <summary>
/// Where a repository's objects live: a flat space of keys (see <see cref="ObjectKey"/>) with two kinds of names. Keys below
/// <c>data/</c> name immutable objects, which are put once and never change; every other key names a small mutable object
/// (<c>.cvmfspublished</c>, <c>.cvmfswhitelist</c>, <c>.cvmfsreflog</c>), which is only ever swapped whole.
/// </summary>
/// <remarks>
/// <para><b>Threads.</b> Every method may be called from any thread, concurrently with every other. An <see cref="IStagedObject"/>
/// or a stream that was handed out belongs to one caller at a time.</para>
/// <para><b>Visibility.</b> An object is seen whole or not at all; nothing that was only staged is ever listed or read. What a
/// completed put or swap wrote is seen by every later call on any instance over the same storage.</para>
/// <para><b>Durability.</b> Immutable objects survive a loss of power only after <see cref="FlushAsync"/> has returned.
/// A swap is durable when it returns. So the order that loses nothing is: put objects, flush, swap.</para>
/// <para><b>Idempotence.</b> Putting what is there, deleting what is absent and flushing twice are successes without effect. After a
/// failure or a lost reply the same call may be made again; a swap that is repeated reports a conflict if its first try
/// did take effect, together with the current version, whose bytes tell the caller.</para>
/// <para><b>Errors.</b> Absence is a value (null, false). Everything else that fails throws <see cref="Core.StratoException"/>, and leaves
/// nothing visible; <see cref="OperationCanceledException"/> likewise. A malformed key is an <see cref="ArgumentException"/>.</para>
/// <para><b>Waiting.</b> Calls on a local store complete synchronously, so a thread that has nothing else to do may use the result
/// of the returned task at once.</para>
/// </remarks>
public interface IObjectStore : IObjectSource
{
    /// <summary>Opens a place for an object whose key is known only at its end.</summary>
    ValueTask<IStagedObject> CreateStagedAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts an immutable object; true where it was absent and this call made it. The bytes are the caller's again once
    /// the task is done. What is there already is not compared: its key is the hash of its bytes.
    /// </summary>
    ValueTask<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Deletes objects, as many in one request as the storage allows; absent ones are passed over.</summary>
    ValueTask DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces a mutable object if it is still the expected version, or makes it where <paramref name="expected"/> is null and it
    /// is absent. Durable when done. The bytes are the caller's again once the task is done.
    /// </summary>
    ValueTask<SwapResult> CompareAndSwapAsync(
        string key, ObjectVersion? expected, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the objects whose key begins with <paramref name="prefix"/> (empty for all), each once, in no particular order. What is put or
    /// deleted meanwhile may or may not be listed.
    /// </summary>
    IAsyncEnumerable<ObjectListing> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Returns once every object whose put was done before this call survives a loss of power.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
