using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strato.Client.Volumes;
using Strato.Hosting.Grpc;

namespace Strato.Kubernetes.Csi;

/// <summary>The driver at its socket: identity, controller and node services in one process, which mounts nothing itself and keeps no mount alive.</summary>
public sealed class CsiServer : IAsyncDisposable
{
    private readonly GrpcServer server;
    private readonly PrivateAttachments privates;

    private CsiServer(GrpcServer server, PrivateAttachments privates)
    {
        this.server = server;
        this.privates = privates;
    }

    /// <summary>Starts to serve at a socket.</summary>
    /// <exception cref="IOException">The socket or the state's folder cannot be made.</exception>
    public static async Task<CsiServer> StartAsync(string socketPath, CsiOptions options, ILoggerFactory log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.Volumes.StateFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        NamespaceMount mount = new(options.Volumes);
        RepositoryAllowList allowed = new(options.Volumes.AllowedRepositories);
        PrivateAttachments attachments = new(options.Volumes, mount, log.CreateLogger("csi"));
        VolumePublisher publisher = new(options.Volumes, mount, attachments, allowed);
        GrpcServer listening = await GrpcServer.StartAsync(
            socketPath,
            services =>
            {
                services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<CsiErrors>());
                services.AddSingleton(new IdentityService(options, mount));
                services.AddSingleton(new ControllerService(new CreatedVolumes(Path.Combine(options.Volumes.StateFolder, "volumes")), allowed));
                services.AddSingleton(new NodeService(options, mount, publisher, new Operations(options.Volumes.Limit)));
            },
            endPoints =>
            {
                endPoints.MapGrpcService<IdentityService>();
                endPoints.MapGrpcService<ControllerService>();
                endPoints.MapGrpcService<NodeService>();
            },
            log,
            cancellation);
        return new CsiServer(listening, attachments);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await privates.DisposeAsync();
    }
}
