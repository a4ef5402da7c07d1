using Microsoft.Extensions.Logging;
using Strato.Client.Volumes;
using Strato.Hosting.Http;

namespace Strato.Containers.Docker;

/// <summary>Docker's volume plugin at its socket. It mounts no FUSE file system itself: a mount of all repositories runs beside it.</summary>
public sealed class DockerPlugin : IAsyncDisposable
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private readonly HttpServer server;
    private readonly PrivateAttachments privates;
    private readonly string socketPath;

    private DockerPlugin(HttpServer server, PrivateAttachments privates, string socketPath)
    {
        this.server = server;
        this.privates = privates;
        this.socketPath = socketPath;
    }

    /// <summary>Starts to serve at a socket, after what an earlier process has left mounted for nobody is taken away.</summary>
    /// <exception cref="IOException">The socket or the state's folder cannot be made.</exception>
    public static async Task<DockerPlugin> StartAsync(string socketPath, VolumeOptions options, ILoggerFactory log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.StateFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        ILogger logger = log.CreateLogger("docker");
        NamespaceMount mount = new(options);
        RepositoryAllowList allowed = new(options.AllowedRepositories);
        PrivateAttachments attachments = new(options, mount, logger);
        VolumePublisher publisher = new(options, mount, attachments, allowed);
        DockerVolumeStore store = new(options.StateFolder, (await File.ReadAllTextAsync(BootFile, cancellation)).Trim());
        DockerVolumes volumes = new(options, store, publisher, allowed, logger);
        volumes.Tidy();
        PluginEndPoint endPoint = new(volumes, logger);
        HttpServer listening = await HttpServer.StartAsync(socketPath, endPoint.AnswerAsync, log, cancellationToken: cancellation);
        return new DockerPlugin(listening, attachments, socketPath);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await privates.DisposeAsync();
        File.Delete(socketPath);
    }
}
