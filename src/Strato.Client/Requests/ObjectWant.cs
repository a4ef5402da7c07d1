using Strato.Client.Reading;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Requests;

/// <summary>
/// An object that a request needs and the cache does not have. Once fetched it carries the open file, so that the request
/// gets its bytes even where the cache is too full to keep them. Belongs to one request.
/// </summary>
internal sealed class ObjectWant : Want
{
    /// <summary>Wants an object.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="content">The object and how its stored bytes are encoded.</param>
    /// <param name="plainSize"><see cref="PlainSize"/>.</param>
    public ObjectWant(IContentSource source, CachedObject content, long plainSize)
    {
        Source = source;
        Content = content;
        PlainSize = plainSize;
    }

    /// <summary>Where it comes from.</summary>
    public IContentSource Source { get; }

    /// <summary>The object and how its stored bytes are encoded.</summary>
    public CachedObject Content { get; }

    /// <summary>Bytes of content, the bound that decompression must not pass; -1 where the catalog does not say (catalogs).</summary>
    public long PlainSize { get; }

    /// <summary>For external data, the file's path below the external URL; null for what lies in the object store.</summary>
    public byte[]? ExternalPath { get; init; }

    /// <summary>Where the object starts in the external file; 0 for a whole one.</summary>
    public long ExternalOffset { get; init; }

    /// <summary>The open plain bytes, set by the fetch, which hands them over.</summary>
    public FileDescriptor? Fetched { get; set; }

    /// <summary>Hands the fetched file over if it is the one asked for; the caller then closes the number.</summary>
    public bool TryTake(in CachedObject content, out int descriptor)
    {
        descriptor = -1;
        if (Fetched is null || Content != content)
        {
            return false;
        }

        descriptor = Fetched.Value;
        Fetched.SetHandleAsInvalid();
        Fetched = null;
        return true;
    }

    public override Task FulfilAsync(CancellationToken cancellation) => Source.FetchAsync(this, cancellation);

    public override void Dispose()
    {
        Fetched?.Dispose();
        base.Dispose();
    }
}
