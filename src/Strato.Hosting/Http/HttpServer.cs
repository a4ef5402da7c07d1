using System.Net;
using Microsoft.AspNetCore.Builder;
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
/// Disposing stops it: it takes no more connections and lets running responses end, for <see cref="StopTimeout"/> at most.
/// </summary>
public sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private HttpServer(WebApplication application, IPEndPoint endPoint)
    {
        this.application = application;
        EndPoint = endPoint;
    }

    /// <summary>How long running responses may take to end when the server stops.</summary>
    public static TimeSpan StopTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Where it listens, with the real port where port 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts to listen and to answer with <paramref name="handler"/>, which is called concurrently.</summary>
    /// <param name="listen">The address and port; port 0 takes a free one.</param>
    /// <param name="handler">Answers a request. What it throws becomes status 500 and a line in the log.</param>
    /// <param name="configureLog">Says where the log goes; nothing is logged otherwise.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The address is taken, or not one of this machine, or not allowed to this user.</exception>
    public static async Task<HttpServer> StartAsync(
        IPEndPoint listen, RequestDelegate handler, Action<ILoggingBuilder>? configureLog = null, CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        configureLog?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
            options.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(20));
            options.Limits.MaxRequestBodySize = 64 * 1024;
            options.Listen(listen, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        WebApplication server = builder.Build();
        server.Run(handler);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            Exception cause = failure.InnerException?.InnerException ?? failure.InnerException ?? failure;
            throw new IOException($"cannot listen at {listen}: {cause.Message}", failure);
        }

        string address = server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new HttpServer(server, new IPEndPoint(listen.Address, new Uri(address).Port));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }
}
