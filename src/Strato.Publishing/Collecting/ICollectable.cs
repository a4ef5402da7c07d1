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
