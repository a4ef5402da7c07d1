using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Grpc;

/// <summary>A gRPC server on Kestrel at a socket in the file system. Disposing stops it and removes the socket; running calls have some seconds to end.</summary>
public sealed class GrpcServer : IAsyncDisposable
{
    /// <summary>The longest request that is read, in bytes.</summary>
    private const int MaxMessage = 1 << 20;

    private static readonly TimeSpan Stop = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;
    private readonly string socketPath;

    private GrpcServer(WebApplication application, string socketPath)
    {
        this.application = application;
        this.socketPath = socketPath;
    }

    /// <summary>Starts to listen. Only the socket's owner may connect; a file that is there already is replaced.</summary>
    /// <param name="socketPath">The socket's path; its directory exists. 107 bytes at most.</param>
    /// <param name="services">Adds what the services need, and interceptors.</param>
    /// <param name="map">Maps the services.</param>
    /// <param name="log">Takes what the server has to say; stays the caller's.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static async Task<GrpcServer> StartAsync(
        string socketPath, Action<IServiceCollection> services, Action<IEndpointRouteBuilder> map, ILoggerFactory log, CancellationToken cancellation)
    {
        File.Delete(socketPath);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Stop);
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = MaxMessage);
        services(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.ListenUnixSocket(socketPath, endPoint => endPoint.Protocols = HttpProtocols.Http2);
        });
        WebApplication server = builder.Build();
        map(server);
        try
        {
            await server.StartAsync(cancellation);
            File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return new GrpcServer(server, socketPath);
        }
        catch (Exception failure) when (failure is IOException or SocketException or AddressInUseException or ArgumentException)
        {
            await server.DisposeAsync();
            throw new IOException($"cannot listen at {socketPath}: {failure.GetBaseException().Message}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
        File.Delete(socketPath);
    }
}
