using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Strato.Hosting.Http;

namespace Strato.Hosting.Metrics;

/// <summary>Serves a <see cref="MetricsPage"/> at <c>/metrics</c>. It runs on the thread pool, beside whatever is measured.</summary>
public sealed class MetricsServer : IAsyncDisposable
{
    private readonly HttpServer server;
    private readonly MetricsPage page;

    private MetricsServer(HttpServer server, MetricsPage page, MetricsAddress address)
    {
        this.server = server;
        this.page = page;
        Address = address;
    }

    /// <summary>Where it listens, with the real port where port 0 was asked for.</summary>
    public MetricsAddress Address { get; }

    /// <summary>Starts to listen. A socket's file that is there already is replaced; only its owner and group may connect to it.</summary>
    /// <param name="address">Where.</param>
    /// <param name="page">What; this object's from now on.</param>
    /// <param name="log">Takes what the server has to say.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">The address is taken, or not one of this machine, or not allowed to this user.</exception>
    public static async Task<MetricsServer> StartAsync(MetricsAddress address, MetricsPage page, ILoggerFactory log, CancellationToken cancellation)
    {
        RequestDelegate answer = context => AnswerAsync(context, page);
        try
        {
            if (address.EndPoint is { } endPoint)
            {
                HttpServer tcp = await HttpServer.StartAsync(endPoint, answer, log, cancellationToken: cancellation);
                return new MetricsServer(tcp, page, new MetricsAddress(tcp.EndPoint, null));
            }

            HttpServer socket = await HttpServer.StartAsync(address.SocketPath!, answer, log, cancellationToken: cancellation);
            return new MetricsServer(socket, page, address);
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        page.Dispose();
    }

    private static async Task AnswerAsync(HttpContext context, MetricsPage page)
    {
        if (context.Request.Path != "/metrics")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        byte[] body = Encoding.UTF8.GetBytes(page.Render());
        context.Response.ContentType = MetricsPage.ContentType;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }
}
