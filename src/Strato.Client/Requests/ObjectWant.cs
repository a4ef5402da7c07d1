using Strato.Client.Reading;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;

namespace Strato.Client.Requests;

/// <summary>
/// An object that a request needs and the cache does not have. Once fetched it carries the open file, so that the request
/// gets its bytes even where the cache is too full to keep them.
/// </summary>
internal sealed class ObjectWant : Want
{
    private readonly IContentSource source;
    private FileDescriptor? fetched;

    /// <summary>Wants an object.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="request">The object.</param>
    public ObjectWant(IContentSource source, ObjectRequest request)
    {
        this.source = source;
        Request = request;
    }

    public ObjectRequest Request { get; }

    public override async Task FulfilAsync(CancellationToken cancellation) => fetched = await source.FetchAsync(Request, cancellation);

    /// <summary>Hands the fetched file over if it is the one asked for; the caller then closes the number.</summary>
    public bool TryTake(in CachedObject content, out int descriptor)
    {
        descriptor = -1;
        if (fetched is null || Request.Entry != content)
        {
            return false;
        }

        descriptor = fetched.Value;
        fetched.SetHandleAsInvalid();
        fetched = null;
        return true;
    }

    public override void Dispose()
    {
        fetched?.Dispose();
        base.Dispose();
    }
}
