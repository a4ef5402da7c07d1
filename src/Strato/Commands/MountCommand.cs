using System.CommandLine;
using System.Text;
using Microsoft.Extensions.Logging;
using Strato.Arguments;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Fuse.Handover;
using Strato.Hosting.Logging;
using Strato.Hosting.Metrics;
using Strato.Mounting;
using Strato.Posix;

namespace Strato.Commands;

/// <summary><c>strato mount</c>: a repository, or all, on a directory.</summary>
internal static class MountCommand
{
    /// <summary>How long a stopped mount may still have users before the daemon ends all the same.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What records and logs call a mount of all repositories.</summary>
    private const string AllRepositories = "all";

    public static Command Create(GlobalOptions globals)
    {
        Argument<string[]> places = new("[FQRN] DIR")
        {
            Description = "The repository's fully qualified name, unless --all is given, and the directory to mount on; it exists",
            Arity = new ArgumentArity(1, 2),
        };
        Option<bool> all = new("--all") { Description = "Mount every repository below DIR, each attached when its name is looked up" };
        Option<string?> server = new("--server") { Description = "Base URLs, the preferred one first; @fqrn@ stands for the repository [default: CVMFS_SERVER_URL, or the storage of a repository made here]", HelpName = "URL[;URL]" };
        Option<string?> key = new("--key") { Description = "The public master key, or a directory of them [default: the home's FQRN.pub, or CVMFS_PUBLIC_KEY, CVMFS_KEYS_DIR]", HelpName = "FILE|DIR" };
        Option<string?> proxy = new("--proxy") { Description = "Proxies as in CVMFS_HTTP_PROXY [default: that, or none]", HelpName = "SPEC" };
        Option<string?> cache = new("--cache") { Description = "The cache's directory [default: strato below CVMFS_CACHE_DIR or CVMFS_CACHE_BASE, or cache in the home]", HelpName = "DIR" };
        Option<long?> quota = new("--quota") { Description = "Megabytes that the cache may take [default: CVMFS_QUOTA_LIMIT, or 1024]", HelpName = "MB" };
        Option<bool> acceptOlder = new("--accept-older") { Description = "Take a revision that is older than one already seen" };
        Option<string?> config = new("--config") { Description = "The directory of the parameter files [default: /etc/cvmfs]", HelpName = "DIR" };
        Option<string[]> settings = new("--set") { Description = "Any CVMFS_* parameter; counts more than parameter files", HelpName = "NAME=VALUE" };
        Option<bool> foreground = new("--foreground") { Description = "Stay in the foreground and log to the standard error" };
        server.NotEmpty();
        key.NotEmpty();
        cache.NotEmpty();
        settings.Checked(text => MountArguments.ParseSetting(text));
        quota.Within("megabytes", 1, long.MaxValue >> 20);
        Command command = new("mount", "Mount a repository, or all, on a directory.")
        {
            places, all, server, key, config, proxy, cache, quota, acceptOlder, settings, foreground,
        };
        PinOptions pins = new(command);
        LogOptions log = new(command, LogLevel.Information);
        MetricsOption metrics = new();
        command.Add(metrics);
        command.Validators.Add(result =>
        {
            if (result.GetValue(places) is { Length: > 0 } given && given.Length != (result.GetValue(all) ? 1 : 2))
            {
                result.AddError("give a repository and a directory, or --all and a directory");
            }
        });
        globals.Handle(command, context =>
        {
            string[] given = context.Arguments.GetRequiredValue(places);
            MountArguments arguments = new()
            {
                Repository = context.Arguments.GetValue(all) ? null : given[0],
                Home = context.Home,
                Server = context.Arguments.GetValue(server),
                Key = context.Arguments.GetValue(key),
                ConfigFolder = context.Arguments.GetValue(config),
                OwnMount = context.Arguments.GetValue(all) ? Encoding.UTF8.GetString(Canonical(given[^1])) : null,
                Proxy = context.Arguments.GetValue(proxy),
                Cache = context.Arguments.GetValue(cache),
                Quota = context.Arguments.GetValue(quota),
                Pins = pins.Read(context.Arguments),
                Settings = context.Arguments.GetValue(settings) ?? [],
            };
            return MountDaemon.RoleOf(context.Arguments.GetValue(foreground)) is { } role
                ? ServeAsync(context, arguments, given[^1], log.Open(context), metrics, context.Arguments.GetValue(acceptOlder), role)
                : MountDaemon.StartAsync(Environment.GetCommandLineArgs()[1..], context.Error, context.Cancellation);
        });
        return command;
    }

    private static async Task<int> ServeAsync(CommandContext context, MountArguments arguments, string directory, LogWriter log, MetricsOption metrics, bool acceptsOlder, MountRole role)
    {
        FrugalMemory.Begin();
        using HandoverInheritance? inheritance = MountKeeping.Inherit(role);
        MachineRepositories repositories = new(arguments);
        RepositoryConfiguration configuration = arguments.Repository is { } name
            ? repositories.Find(new AttachmentRequest(name, [], ConfigurationPaths.AsNamed))
            : repositories.FindShared();
        MetricsAddress? metricsAddress = metrics.Read(context, configuration.Parameters);
        if (role == MountRole.Daemon)
        {
            MountDaemon.LeaveTerminal();
        }

        byte[] target = Canonical(directory);
        MountRegistry registry = new(context.Home);
        registry.Prepare();
        string shown = arguments.Repository is null ? AllRepositories : configuration.Name;
        string logFile = LogFile(context.Home, shown);
        using FileDescriptor file = role == MountRole.Successor ? MountKeeping.OwnLog() : OpenLog(logFile);
        using IDescriptorKeeper link = MountKeeping.Link(role, inheritance, configuration.Parameters.Text(MountKeeping.HangSetting), file, new ClientLog(log).Write);
        using MountLife life = inheritance?.Take(MountLife.Tag) is { } lived ? MountLife.Adopt(lived) : registry.Begin(target);
        link.Keep(MountLife.Tag, life.File);
        MountRequest request = new()
        {
            Repository = arguments.Repository is null ? null : configuration.Name,
            Repositories = repositories,
            Configuration = configuration,
            Attachments = MachineRepositories.OptionsOf(configuration),
            AcceptsOlder = acceptsOlder,
            Directory = target,
            CacheFolder = configuration.CacheFolder,
            ControlSocket = registry.SocketOf(target),
            Version = ProgramVersion.Text,
            Log = log,
            Keeper = link,
            Inheritance = inheritance,
            Clock = context.Clock,
        };
        await using RepositoryMount mount = await RepositoryMount.StartAsync(request, context.Cancellation);
        await using MetricsServer? metricsServer = await MetricsOption.ServeAsync(metricsAddress, mount.OpenMetrics, log, context.Cancellation);
        MountRecord record = new(shown, Encoding.UTF8.GetString(target), Environment.ProcessId, request.ControlSocket, role == MountRole.Foreground ? "" : logFile);
        IDisposable entry = registry.Add(target, record);
        life.Publish();
        if (role == MountRole.Daemon)
        {
            log.MoveTo(MountDaemon.Announce(context.Output, file));
        }
        else if (role == MountRole.Foreground)
        {
            string what = arguments.Repository is null ? "every repository" : shown;
            string at = mount.Revision is { } revision ? $" at revision {revision}" : "";
            context.Error.WriteLine($"{what} is mounted on {record.Directory}{at} until Ctrl-C");
        }

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        Task releasing = FrugalMemory.ReleaseUnusedAsync(context.Clock, ended.Token);
        if (await RunAsync(mount, context.Cancellation))
        {
            entry.Dispose();
        }

        await ended.CancelAsync();
        await releasing;
        return ExitCode.Done;
    }

    /// <summary>Serves until the mount is over; false where a successor serves on.</summary>
    private static async Task<bool> RunAsync(RepositoryMount mount, CancellationToken cancellation)
    {
        Task end = Task.WhenAny(mount.Ended, mount.Departed);
        await end.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!end.IsCompleted)
        {
            mount.Unmount();
            await Task.WhenAny(mount.Ended, Task.Delay(Grace, CancellationToken.None));
        }

        return !mount.Departed.IsCompleted;
    }

    private static byte[] Canonical(string directory)
    {
        Errno errno = PosixPath.Resolve(Encoding.UTF8.GetBytes(directory), out byte[] canonical);
        return errno == Errno.None ? canonical : throw new StratoException($"cannot mount on {directory}: {errno.Describe()}; make the directory first");
    }

    private static string LogFile(string home, string repository)
    {
        string folder = Path.Combine(home, "log");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"mount-{repository}.log");
    }

    private static FileDescriptor OpenLog(string path)
    {
        const uint ownerAndGroup = 0x1A0; // 0640
        PosixFile.Open(null, Encoding.UTF8.GetBytes(path), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, out FileDescriptor? log, ownerAndGroup)
            .ThrowIfFailed("open the log", Encoding.UTF8.GetBytes(path));
        return log!;
    }
}
