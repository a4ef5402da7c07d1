using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Strato.Web.Geo;

/// <summary>
/// The Geo API of Stratum 1 servers: <c>/cvmfs/FQRN/api/v1.0/geo/CACHING/SERVER,SERVER</c> is answered with the servers' numbers, the nearest
/// first. CACHING is the name of the proxy that clients share, so that their answers are kept together; where it is a name or an address of a known place, it is
/// also from where distances are measured. Thread-safe.
/// </summary>
public sealed class GeoService : IDisposable
{
    private const int MaximumServers = 256;
    private const string Kept = "max-age=3600";
    private const string KeptBriefly = "max-age=300";

    private readonly GeoPlaces places;
    private readonly GeoNames names;
    private readonly GeoOrder order;

    /// <summary>Makes a service.</summary>
    /// <param name="home">The home's directory, whose <c>geo.conf</c> tells places.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Takes what cannot be read.</param>
    public GeoService(string home, TimeProvider clock, ILogger logger)
        : this(Path.Combine(home, "geo.conf"), (name, cancellation) => Dns.GetHostAddressesAsync(name, cancellation), clock, logger)
    {
    }

    internal GeoService(string file, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider clock, ILogger logger)
    {
        places = new GeoPlaces(file, clock, problem => GeoLog.NotRead(logger, problem));
        names = new GeoNames(places, resolve, clock);
        order = new GeoOrder(names);
    }

    /// <summary>When the database of places was changed last; null where there is none.</summary>
    public DateTimeOffset? DatabaseTime => places.DatabaseTime;

    /// <summary>True for the part of a path behind the repository's name that asks this service or another of its kind.</summary>
    public static bool IsMeant(string path) => path.StartsWith("api/", StringComparison.Ordinal);

    /// <summary>Answers a request whose path behind the repository's name <see cref="IsMeant"/>.</summary>
    public async Task AnswerAsync(HttpContext context, string path)
    {
        string[] parts = path.Split('/', 5);
        if (parts is not ["api", ['v', ..], string function, string caching, string list])
        {
            await RefuseAsync(context, "malformed api URL");
        }
        else if (function != "geo")
        {
            await RefuseAsync(context, "unrecognized api function");
        }
        else
        {
            await SortAsync(context, caching, list.Split(','));
        }
    }

    public void Dispose() => names.Dispose();

    private async Task SortAsync(HttpContext context, string caching, string[] servers)
    {
        if (servers.Length > MaximumServers)
        {
            await RefuseAsync(context, "too many servers");
            return;
        }

        bool isBehind = context.Request.Headers.ContainsKey("CF-Connecting-IP");
        GeoPoint? client = await names.FindAsync(caching, context.RequestAborted)
            ?? Find(context.Request.Headers["CF-Connecting-IP"].ToString())
            ?? Find(LastOf(context.Request.Headers["X-Forwarded-For"].ToString()))
            ?? (context.Connection.RemoteIpAddress is { } remote ? places.Find(remote) : null);
        if (client is null)
        {
            await RefuseAsync(context, "remote addr not found in database");
        }
        else if (await order.SortAsync(client.Value, servers, isBehind, context.RequestAborted) is { } sorted)
        {
            await SendAsync(context, StatusCodes.Status200OK, Kept, string.Join(',', sorted) + "\n");
        }
        else
        {
            await RefuseAsync(context, "no server addr found in database");
        }
    }

    // A reverse proxy in front of the server adds the last address; those before are the client's own words.
    private static string LastOf(string forwarded) => forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim();

    private GeoPoint? Find(string address) => IPAddress.TryParse(address, out IPAddress? parsed) ? places.Find(parsed) : null;

    private static Task RefuseAsync(HttpContext context, string reason) =>
        SendAsync(context, StatusCodes.Status400BadRequest, KeptBriefly, $"Bad Request: {reason}\n");

    private static async Task SendAsync(HttpContext context, int status, string cacheControl, string text)
    {
        byte[] body = Encoding.ASCII.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        context.Response.Headers.CacheControl = cacheControl;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }
}
