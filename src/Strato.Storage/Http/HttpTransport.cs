using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace Strato.Storage.Http;

/// <summary>
/// Makes single attempts over HTTP/1.1, with a pool of kept connections for each proxy. Bodies are handed on as they come; nothing is
/// followed, decoded or kept that was not asked for. Thread-safe.
/// </summary>
internal sealed class HttpTransport(HttpSourceOptions options) : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int MaximumRedirects = 4;

    private static readonly ProductInfoHeaderValue UserAgent = new("strato", typeof(HttpTransport).Assembly.GetName().Version?.ToString(3));
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly ConcurrentDictionary<Proxy, HttpMessageInvoker> invokers = new();

    /// <summary>Downloads once over one way; null where that succeeded.</summary>
    public async ValueTask<FetchFailure?> TryAsync(
        Route route, DownloadRequest request, IDownloadSink sink, CancellationToken cancellationToken)
    {
        TimeSpan timeout = route.Proxy.IsDirect ? options.TimeoutDirect : options.Timeout;
        string address = route.ServerUrl + request.Path;
        using LowSpeedGuard guard = new(timeout, options.LowSpeedLimit, cancellationToken);
        try
        {
            sink.Begin();
            return await TransferAsync(route, request, address, sink, guard);
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? new FetchFailure(FetchFailureKind.Cancelled, AtProxy: false, $"{address}: cancelled")
                : Fail(
                    route,
                    address,
                    FetchFailureKind.TooSlow,
                    $"no answer, or less than {options.LowSpeedLimit} bytes a second, for {timeout.TotalSeconds:0.#} seconds");
        }
        catch (HttpRequestException error)
        {
            return Fail(route, address, KindOf(error), Describe(error));
        }
        catch (IOException error)
        {
            return Fail(route, address, FetchFailureKind.ShortTransfer, Describe(error));
        }
    }

    public void Dispose()
    {
        foreach (HttpMessageInvoker invoker in invokers.Values)
        {
            invoker.Dispose();
        }
    }

    private async ValueTask<FetchFailure?> TransferAsync(
        Route route, DownloadRequest request, string address, IDownloadSink sink, LowSpeedGuard guard)
    {
        if (!Uri.TryCreate(address, Verbatim, out Uri? target))
        {
            return Fail(route, address, FetchFailureKind.Status, "not an address");
        }

        for (int hop = 0; hop <= MaximumRedirects; hop++)
        {
            using HttpRequestMessage message = MakeMessage(target, request);
            if (options.Token is { } token && hop == 0)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Text);
            }

            using HttpResponseMessage response = await Invoker(route.Proxy).SendAsync(message, guard.Token);
            if (IsRedirect(response.StatusCode))
            {
                if (!options.FollowRedirects || response.Headers.Location is not { } location)
                {
                    string refused = $"redirected ({(int)response.StatusCode}); set CVMFS_FOLLOW_REDIRECTS=yes if that is wanted";
                    return Fail(route, address, FetchFailureKind.Status, refused);
                }

                target = new Uri(target, location);
                if (target.Scheme is not "http" and not "https")
                {
                    return Fail(route, address, FetchFailureKind.Status, $"redirected to {Shown.Text(target.Scheme)}, which is not followed");
                }

                continue;
            }

            if (response.StatusCode is not HttpStatusCode.OK and not HttpStatusCode.PartialContent)
            {
                return StatusFailure(route, address, response);
            }

            HttpContentHeaders headers = response.Content.Headers;
            sink.Announce(headers.ContentRange?.Length ?? headers.ContentLength, headers.LastModified);
            return request.HeadersOnly ? null : await ReceiveAsync(route, request, address, response, sink, guard);
        }

        return Fail(route, address, FetchFailureKind.Status, $"redirected more than {MaximumRedirects} times");
    }

    private static HttpRequestMessage MakeMessage(Uri target, DownloadRequest request)
    {
        HttpRequestMessage message = new(request.HeadersOnly ? HttpMethod.Head : HttpMethod.Get, target);
        message.Headers.UserAgent.Add(UserAgent);
        if (request.Range is { } range)
        {
            message.Headers.Range = new RangeHeaderValue(range.Offset, range.Offset + range.Length - 1);
        }

        if (request.BypassCaches)
        {
            message.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
            message.Headers.Pragma.Add(new NameValueHeaderValue("no-cache"));
        }

        return message;
    }

    private static async ValueTask<FetchFailure?> ReceiveAsync(
        Route route, DownloadRequest request, string address, HttpResponseMessage response, IDownloadSink sink, LowSpeedGuard guard)
    {
        // A server that knows no ranges sends everything: what stands before the range is passed over, what follows it is left.
        bool isWhole = response.StatusCode == HttpStatusCode.OK;
        long skip = isWhole && request.Range is { } range ? range.Offset : 0;
        long remaining = request.Range?.Length ?? long.MaxValue;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(guard.Token);
            string? problem = null;
            while (problem is null && remaining > 0)
            {
                int count = await body.ReadAsync(buffer.AsMemory(0, BufferSize), guard.Token);
                if (count == 0)
                {
                    break;
                }

                guard.Received(count);
                int skipped = (int)Math.Min(skip, count);
                skip -= skipped;
                int taken = (int)Math.Min(remaining, count - skipped);
                remaining -= taken;
                problem = sink.Write(buffer.AsSpan(skipped, taken));
            }

            problem ??= sink.Finish();
            string note = IsHtml(response) ? " (it is a web page)" : string.Empty;
            return problem is null ? null : Fail(route, address, FetchFailureKind.BadData, problem + note);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FetchFailure StatusFailure(Route route, string address, HttpResponseMessage response)
    {
        // Proxies that make an answer themselves say so; without that, 404, 400 and 5xx are the server's.
        bool proxyAnswered = response.Headers.Contains("X-Squid-Error")
            || (response.Headers.TryGetValues("Proxy-Status", out IEnumerable<string>? values)
                && values.Any(value => value.Contains("error=", StringComparison.OrdinalIgnoreCase)));
        int status = (int)response.StatusCode;
        bool isServers = status is 400 or 404 or 429 or >= 500;
        FetchFailureKind kind = status switch
        {
            404 => FetchFailureKind.NotFound,
            429 => FetchFailureKind.Connection,
            _ => FetchFailureKind.Status,
        };
        string message = Message(route, address, $"the server answered {status} {Shown.Text(response.ReasonPhrase)}");
        return new FetchFailure(kind, !route.Proxy.IsDirect && (proxyAnswered || !isServers), message);
    }

    private static bool IsHtml(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static FetchFailureKind KindOf(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => FetchFailureKind.Resolve,
        HttpRequestError.ConnectionError => FetchFailureKind.Connection,
        HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError => FetchFailureKind.Connection,
        _ => FetchFailureKind.ShortTransfer,
    };

    private static string Describe(Exception error) =>
        Shown.Text(error.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.'));

    private static FetchFailure Fail(Route route, string address, FetchFailureKind kind, string problem)
    {
        bool atProxy = !route.Proxy.IsDirect && kind is not FetchFailureKind.BadData and not FetchFailureKind.Status;
        return new FetchFailure(kind, atProxy, Message(route, address, problem));
    }

    private static string Message(Route route, string address, string problem) =>
        route.Proxy.IsDirect ? $"{address}: {problem}" : $"{address} through {route.Proxy}: {problem}";

    private HttpMessageInvoker Invoker(Proxy proxy) =>
        invokers.GetOrAdd(proxy, static (way, settings) => new HttpMessageInvoker(MakeHandler(way, settings)), options);

    private static SocketsHttpHandler MakeHandler(Proxy proxy, HttpSourceOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = proxy.IsDirect ? options.TimeoutDirect : options.Timeout,

            // Addresses change: connections are not kept for ever.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            UseCookies = false,
            UseProxy = !proxy.IsDirect,
        };
        if (proxy.Address is { } address)
        {
            handler.Proxy = new WebProxy(address) { Credentials = CredentialsOf(address) };
        }

        return handler;
    }

    private static NetworkCredential? CredentialsOf(Uri address)
    {
        if (address.UserInfo.Length == 0)
        {
            return null;
        }

        string[] parts = address.UserInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty);
    }
}
