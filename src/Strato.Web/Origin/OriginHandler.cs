using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Strato.Core;
using Strato.Storage.Objects;
using Strato.Web.Geo;

namespace Strato.Web.Origin;

/// <summary>
/// Answers every request of an origin server: <c>/cvmfs/FQRN/KEY</c> for objects, <c>/cvmfs/FQRN/api/...</c> for the order of servers, <c>/cvmfs/info/v1/*.json</c> for what there is,
/// <c>/healthz</c> for those who watch it.
/// </summary>
public sealed class OriginHandler
{
    private readonly IServedRepositories repositories;
    private readonly Func<byte[]> readMeta;
    private readonly ILogger logger;
    private readonly GeoService? geo;

    /// <summary>Makes a handler.</summary>
    /// <param name="repositories">What is served.</param>
    /// <param name="readMeta">Gives the content of <c>meta.json</c>; called for every request for it.</param>
    /// <param name="logger">Takes what goes wrong.</param>
    /// <param name="geo">Orders servers by distance; it stays the caller's. Null where nobody is to be answered that.</param>
    public OriginHandler(IServedRepositories repositories, Func<byte[]> readMeta, ILogger logger, GeoService? geo = null)
    {
        this.geo = geo;
        this.repositories = repositories;
        this.readMeta = readMeta;
        this.logger = logger;
    }

    /// <summary>Answers one request. Called concurrently.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        try
        {
            await AnswerAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The peer is gone; there is nobody to tell.
        }
        catch (Exception failure) when (failure is StratoException or IOException or UnauthorizedAccessException)
        {
            OriginLog.Failed(logger, context.Request.Path.Value ?? "", failure.Message);
            await FailAsync(context, StatusCodes.Status500InternalServerError);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (path == "/healthz")
        {
            await JsonAsync(context, """{"status":"ok"}"""u8.ToArray(), "no-store");
        }
        else if (path == "/cvmfs/info/v1/repositories.json")
        {
            await JsonAsync(context, RepositoryIndex.Render(repositories.List(), geo?.DatabaseTime), ServedObject.Briefly);
        }
        else if (path == "/cvmfs/info/v1/meta.json")
        {
            await JsonAsync(context, readMeta(), ServedObject.Briefly);
        }
        else if (!TrySplit(path, out string name, out string key) || !repositories.TryFind(name, out ServedRepository? repository))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound);
        }
        else if (geo is not null && GeoService.IsMeant(key))
        {
            await geo.AnswerAsync(context, key);
        }
        else
        {
            await SendAsync(context, repository, key);
        }
    }

    private async Task SendAsync(HttpContext context, ServedRepository repository, string key)
    {
        try
        {
            await using ServedObject? found = ServedKey.IsServed(key) ? await FindAsync(context, repository, key) : null;
            await (found is null ? RefuseAsync(context, StatusCodes.Status404NotFound) : ObjectResponse.SendAsync(context, found));
        }
        catch (StratoException failure) when (repository.IsPassThrough)
        {
            OriginLog.Failed(logger, context.Request.Path.Value ?? "", failure.Message);
            await FailAsync(context, StatusCodes.Status502BadGateway);
        }
    }

    // A source is asked once for what is wanted whole and without conditions, as nearly everything is.
    private static ValueTask<ServedObject?> FindAsync(HttpContext context, ServedRepository repository, string key)
    {
        IHeaderDictionary headers = context.Request.Headers;
        bool wantsAll = HttpMethods.IsGet(context.Request.Method)
            && (headers.Range.Count | headers.IfMatch.Count | headers.IfNoneMatch.Count | headers.IfModifiedSince.Count | headers.IfUnmodifiedSince.Count) == 0;
        return repository.IsPassThrough && wantsAll && ObjectKey.IsImmutable(key)
            ? ServedObject.OpenWholeAsync(repository.Store, key, context.RequestAborted)
            : ServedObject.FindAsync(repository.Store, key, context.RequestAborted);
    }

    private static bool TrySplit(string path, out string name, out string key)
    {
        const string prefix = "/cvmfs/";
        int slash = path.StartsWith(prefix, StringComparison.Ordinal) ? path.IndexOf('/', prefix.Length) : -1;
        (name, key) = slash < 0 ? ("", "") : (path[prefix.Length..slash], path[(slash + 1)..]);
        return slash >= 0;
    }

    private static async Task JsonAsync(HttpContext context, byte[] document, string cacheControl)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = cacheControl;
        context.Response.ContentLength = document.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(document, context.RequestAborted);
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;

        // What is missing now may be published in a second: nobody should remember the refusal.
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.ContentType = "text/plain";
        byte[] text = status switch
        {
            StatusCodes.Status404NotFound => "404 there is no such object here\n"u8.ToArray(),
            StatusCodes.Status405MethodNotAllowed => "405 only GET and HEAD\n"u8.ToArray(),
            StatusCodes.Status502BadGateway => "502 the source of this replica failed; the server's log says why\n"u8.ToArray(),
            _ => "500 the storage failed; the server's log says why\n"u8.ToArray(),
        };
        context.Response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(text, context.RequestAborted);
        }
    }

    private static Task FailAsync(HttpContext context, int status)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return RefuseAsync(context, status);
    }
}
