using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Http;

/// <summary>
/// A plain HTTP/1.1 server on Kestrel with one handler for every request, and limits against peers that are slow on purpose.
/// Disposing stops it: it takes no more connections and lets running responses end, for <see cref="HttpServerLimits.Stop"/> at most.
/// </summary>
public sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private HttpServer(WebApplication application, IPEndPoint endPoint)
    {
        this.application = application;
        EndPoint = endPoint;
    }

    /// <summary>Where it listens, with the real port where port 0 was asked for. Means nothing for a socket in the file system.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts to listen and to answer with <paramref name="handler"/>, which is called concurrently.</summary>
    /// <param name="listen">The address and port; port 0 takes a free one.</param>
    /// <param name="handler">Answers a request. What it throws becomes status 500 and a line in the log.</param>
    /// <param name="log">Takes what the server has to say; stays the caller's.</param>
    /// <param name="limits">What it puts up with; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address is taken, or not one of this machine, or not allowed to this user.</exception>
    public static async Task<HttpServer> StartAsync(
        IPEndPoint listen, RequestDelegate handler, ILoggerFactory log, HttpServerLimits? limits = null, CancellationToken cancellationToken = default)
    {
        WebApplication server = Build(options => options.Listen(listen, endPoint => endPoint.Protocols = HttpProtocols.Http1), log, limits ?? new HttpServerLimits());
        await StartAsync(server, listen.ToString(), handler, cancellationToken);
        string address = server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new HttpServer(server, new IPEndPoint(listen.Address, new Uri(address).Port));
    }

    /// <summary>The same at a socket in the file system, whose owner and group may connect. A file that is there already is replaced.</summary>
    /// <inheritdoc cref="StartAsync(IPEndPoint, RequestDelegate, ILoggerFactory, HttpServerLimits?, CancellationToken)"/>
    public static async Task<HttpServer> StartAsync(
        string socketPath, RequestDelegate handler, ILoggerFactory log, HttpServerLimits? limits = null, CancellationToken cancellationToken = default)
    {
        File.Delete(socketPath);
        WebApplication server = Build(options => options.ListenUnixSocket(socketPath, endPoint => endPoint.Protocols = HttpProtocols.Http1), log, limits ?? new HttpServerLimits());
        await StartAsync(server, socketPath, handler, cancellationToken);
        File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        return new HttpServer(server, new IPEndPoint(IPAddress.None, 0));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    private static async Task StartAsync(WebApplication server, string listen, RequestDelegate handler, CancellationToken cancellationToken)
    {
        server.Run(handler);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await server.DisposeAsync();
            string reason = failure.InnerException is AddressInUseException ? "another program listens there" : failure.GetBaseException().Message;
            throw new IOException($"cannot listen at {listen}: {reason}", failure);
        }
    }

    private static WebApplication Build(Action<KestrelServerOptions> listen, ILoggerFactory log, HttpServerLimits limits)
    {
        // The empty builder: no configuration files, no environment variables, none of the start-up time of what they bring.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = limits.Stop);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.RequestHeadersTimeout = limits.RequestHeaders;
            options.Limits.KeepAliveTimeout = limits.KeepAlive;
            options.Limits.MinResponseDataRate = new MinDataRate(limits.MinimumResponseRate, limits.ResponseGrace);
            options.Limits.MaxRequestBodySize = 64 * 1024;
            listen(options);
        });
        return builder.Build();
    }
}
