using System.CommandLine;
using Microsoft.Extensions.Logging;
using Strato.Arguments;
using Strato.Client.Volumes;
using Strato.Containers.Docker;
using Strato.Hosting.Logging;

namespace Strato.Commands;

/// <summary><c>strato docker-plugin</c>: the volume driver that a Docker daemon asks.</summary>
internal static class DockerPluginCommand
{
    public static Command Create(GlobalOptions globals)
    {
        Option<string> socket = new("--socket") { Description = "The socket to serve at; its name is the driver's", HelpName = "PATH", DefaultValueFactory = _ => "/run/docker/plugins/cvmfs.sock" };
        Option<string> mount = new("--mount") { Description = "Where 'strato mount --all' of the same home shows all repositories", HelpName = "DIR", DefaultValueFactory = _ => "/cvmfs" };
        Option<string[]> allow = new("--allow") { Description = "Only these repositories may be used: a name, *.DOMAIN or *; without any, all", HelpName = "REPOSITORY" };
        Option<string?> configurations = new("--client-configs") { Description = "The folder of client configurations that volumes may name", HelpName = "DIR" };
        Command command = new("docker-plugin", "Serve Docker's volume plugin protocol, volumes from a mount of all repositories, until Ctrl-C.") { socket, mount, allow, configurations };
        LogOptions logging = new(command, LogLevel.Warning);
        globals.Handle(command, context => RunAsync(
            context,
            Path.GetFullPath(context.Arguments.GetRequiredValue(socket)),
            new VolumeOptions
            {
                NodeName = Environment.MachineName,
                MountDirectory = Path.GetFullPath(context.Arguments.GetRequiredValue(mount)),
                Home = context.Home,
                StateFolder = Path.Combine(context.Home, "docker"),
                ConfigurationFolder = context.Arguments.GetValue(configurations),
                AllowedRepositories = context.Arguments.GetValue(allow) ?? [],
            },
            logging.Open(context)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string socket, VolumeOptions options, LogWriter output)
    {
        using LineLoggerFactory log = new(output);
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        await using DockerPlugin plugin = await DockerPlugin.StartAsync(socket, options, log, context.Cancellation);
        context.Output.WriteLine($"serving Docker's volume driver {Path.GetFileNameWithoutExtension(socket)} at {socket} until Ctrl-C");
        context.Output.Flush();
        await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }
}
