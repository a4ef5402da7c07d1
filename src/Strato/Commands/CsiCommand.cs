using System.CommandLine;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Strato.Arguments;
using Strato.Client.Volumes;
using Strato.Hosting.Logging;
using Strato.Kubernetes.Csi;

namespace Strato.Commands;

/// <summary><c>strato csi</c>: the driver that Kubernetes asks for volumes.</summary>
internal static partial class CsiCommand
{
    private const string Scheme = "unix://";

    public static Command Create(GlobalOptions globals)
    {
        Option<string> endpoint = new("--endpoint") { Description = "The socket to serve at", HelpName = "unix:///PATH", DefaultValueFactory = _ => "unix:///csi/csi.sock" };
        Option<string> mount = new("--mount") { Description = "Where 'strato mount --all' of the same home shows all repositories", HelpName = "DIR", DefaultValueFactory = _ => "/cvmfs" };
        Option<string> node = new("--node-id") { Description = "The node's name in the cluster", HelpName = "NAME", DefaultValueFactory = _ => Environment.MachineName };
        Option<string> name = new("--driver-name") { Description = "The driver's name, the provisioner of StorageClasses", HelpName = "NAME", DefaultValueFactory = _ => "csi-cvmfsplugin" };
        Option<string[]> allow = new("--allow") { Description = "Only these repositories may be used: a name, *.DOMAIN or *; without any, all", HelpName = "REPOSITORY" };
        Option<string[]> topology = new("--topology") { Description = "The node's place, such as topology.kubernetes.io/zone=a", HelpName = "KEY=VALUE" };
        Option<string?> configurations = new("--client-configs") { Description = "The folder of client configurations that volumes may name", HelpName = "DIR" };
        endpoint.Validators.Add(result =>
        {
            string text = result.GetValueOrDefault<string>();
            if (!text.StartsWith(Scheme + "/", StringComparison.Ordinal))
            {
                result.AddError($"'{text}' is not a socket: write {Scheme} and an absolute path");
            }
        });
        name.Validators.Add(result =>
        {
            if (!DriverName().IsMatch(result.GetValueOrDefault<string>()))
            {
                result.AddError($"'{result.GetValueOrDefault<string>()}' is not a driver's name: letters, digits, dots and hyphens, at most 63");
            }
        });
        topology.Validators.Add(result =>
        {
            if (result.Tokens.Select(token => token.Value).FirstOrDefault(text => text.IndexOf('=', StringComparison.Ordinal) <= 0) is { } wrong)
            {
                result.AddError($"'{wrong}' is not KEY=VALUE");
            }
        });
        Command command = new("csi", "Serve Kubernetes' Container Storage Interface, volumes from a mount of all repositories, until Ctrl-C.")
        {
            endpoint, mount, node, name, allow, topology, configurations,
        };
        LogOptions logging = new(command, LogLevel.Warning);
        globals.Handle(command, context => RunAsync(
            context,
            context.Arguments.GetRequiredValue(endpoint)[Scheme.Length..],
            new CsiOptions
            {
                DriverName = context.Arguments.GetRequiredValue(name),
                Version = ProgramVersion.Text,
                Volumes = new VolumeOptions
                {
                    NodeName = context.Arguments.GetRequiredValue(node),
                    MountDirectory = Path.GetFullPath(context.Arguments.GetRequiredValue(mount)),
                    Home = context.Home,
                    StateFolder = Path.Combine(context.Home, "csi"),
                    ConfigurationFolder = context.Arguments.GetValue(configurations),
                    AllowedRepositories = context.Arguments.GetValue(allow) ?? [],
                },
                Topology = (context.Arguments.GetValue(topology) ?? []).Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
            },
            logging.Open(context)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string socket, CsiOptions options, LogWriter output)
    {
        using LineLoggerFactory log = new(output);
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        await using CsiServer server = await CsiServer.StartAsync(socket, options, log, context.Cancellation);
        context.Output.WriteLine($"serving {options.DriverName} at {Scheme}{socket} until Ctrl-C");
        context.Output.Flush();
        await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Done;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DriverName();
}
