using Strato.Storage.Cache;
using Strato.Storage.Objects;

namespace Strato.Storage.Fetching;

/// <summary>What is wanted from the cache or, failing that, from a server.</summary>
/// <param name="Entry">The object and its compression.</param>
/// <param name="PlainLength">The plain length that a catalog or the manifest tells, in bytes; -1 where it is not known.</param>
public readonly record struct ObjectRequest(CachedObject Entry, long PlainLength = -1)
{
    /// <summary>
    /// The most plain bytes where <see cref="PlainLength"/> is not known exactly, -1 for no bound but the fetcher's: what ends a
    /// decompression bomb.
    /// </summary>
    public long MaximumLength { get; init; } = -1;

    /// <summary>
    /// For an external file, its path below the external servers' addresses, percent-encoded (<see cref="Http.UrlPath.Encode"/>); null
    /// for an object of the repository.
    /// </summary>
    public string? ExternalPath { get; init; }

    /// <summary>For a chunk of an external file, its place in the file.</summary>
    public ByteRange? ExternalRange { get; init; }

    /// <summary>Whether the object belongs to a volatile repository, whose entries are evicted first.</summary>
    public bool IsVolatile { get; init; }
}
