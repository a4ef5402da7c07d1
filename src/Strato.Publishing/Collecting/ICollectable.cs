using Strato.Core.Hashing;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>
/// Storage that garbage is collected in: a repository that is published here, or a replica, which cannot sign. One operation at a time uses it.
/// </summary>
internal interface ICollectable : IDisposable
{
    /// <summary>The repository's name.</summary>
    string Name { get; }

    IObjectStore Store { get; }

    /// <summary>
    /// True for a copy whose catalogs are trusted: a snapshot takes one that is there for everything below it (docs/designs/018-replication.md). Then no catalog may
    /// stay that is not kept, and a list of an interrupted collection is worth nothing, as a snapshot may have used what is in it.
    /// </summary>
    bool IsReplica { get; }

    /// <summary>Keeps out whatever may not run beside a collection that deletes, until the result is disposed.</summary>
    IDisposable Begin(CancellationToken cancellation);

    /// <summary>Says, durably, that objects are being deleted from now on.</summary>
    void BeginSweep();

    /// <summary>Says that all that was to be deleted is.</summary>
    /// <param name="isBroken">True where a catalog stays though not all below it can be read.</param>
    void EndSweep(bool isBroken);

    /// <summary>
    /// Has nobody put or need objects until the result is disposed, having waited for whoever does. Held for a fraction of a second.
    /// </summary>
    IDisposable KeepWritersOut(CancellationToken cancellation);

    /// <summary>
    /// Takes references out of the reflog, durably, if what is announced is still what the caller has seen: answers the version of the manifest afterwards, null
    /// otherwise. Waits for whoever changes the repository.
    /// </summary>
    /// <exception cref="Core.StratoException">It cannot be done, for want of space, say; nothing was changed.</exception>
    ObjectVersion? TryDrop(AnnouncedRoot seen, IReadOnlyCollection<ObjectName> references, CancellationToken cancellation);
}
