using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Reading;

/// <summary>
/// Where an attachment's objects come from: the node's cache, and behind it the servers. Everything that comes out has been
/// verified against its name. Safe on all threads.
/// </summary>
internal interface IContentSource
{
    /// <summary>Whether the repository is volatile: its objects leave a full cache first.</summary>
    bool IsVolatile { get; set; }

    /// <summary>
    /// Opens an object's plain bytes if the cache has them, without waiting for anything but the local disk and without garbage.
    /// </summary>
    /// <param name="content">The object and how its stored bytes are encoded.</param>
    /// <param name="plainSize">The plain length in bytes that the catalog tells, -1 where it does not.</param>
    /// <param name="descriptor">The open file, the caller's to close with <see cref="RawDescriptor.Close"/>.</param>
    bool TryOpen(in CachedObject content, long plainSize, out int descriptor);

    /// <summary>Whether the cache has an object, without opening it or counting as a use.</summary>
    bool Contains(in CachedObject content);

    /// <summary>
    /// Reads an object in the cache against its digest, after its bytes could not be read or were not what they should be, and drops it
    /// where it is damaged. True where it is not in the cache any more, so that fetching it helps.
    /// </summary>
    bool DropIfDamaged(in CachedObject content);

    /// <summary>
    /// Brings an object in from the servers, into the cache where it has room, and opens it. Throws
    /// <see cref="Core.StratoException"/> where no source has good bytes.
    /// </summary>
    Task<FileDescriptor> FetchAsync(ObjectRequest request, CancellationToken cancellation);

    /// <summary>Makes one entry of a file's chunks where all of them are there, so that one descriptor reads it. Blocks; false where it was not done.</summary>
    bool Assemble(in CachedObject whole, IReadOnlyList<CachePart> parts, CancellationToken cancellation);

    /// <summary>Has an object brought in that will probably be wanted soon. Never waits; a failure shows when the object is wanted.</summary>
    void Prefetch(in ObjectRequest request);
}
