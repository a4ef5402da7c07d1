using System.CommandLine;
using System.Text;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Mounting;
using Strato.Posix;

namespace Strato.Commands;

/// <summary><c>strato mount</c>: a repository on a directory.</summary>
internal static class MountCommand
{
    /// <summary>How long a stopped mount may still have users before the daemon ends all the same.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static Command Create(GlobalOptions globals)
    {
        Argument<string> repository = new("FQRN") { Description = "The repository's fully qualified name" };
        Argument<string> directory = new("DIR") { Description = "The directory to mount on; it exists" };
        Option<string?> server = new("--server") { Description = "Base URLs, the preferred one first [default: CVMFS_SERVER_URL, or the storage of a repository made here]", HelpName = "URL[;URL]" };
        Option<string?> key = new("--key") { Description = "The public master key, or a directory of them [default: the home's FQRN.pub, or CVMFS_PUBLIC_KEY, CVMFS_KEYS_DIR]", HelpName = "FILE|DIR" };
        Option<string?> proxy = new("--proxy") { Description = "Proxies as in CVMFS_HTTP_PROXY [default: that, or none]", HelpName = "SPEC" };
        Option<string?> cache = new("--cache") { Description = "The cache's directory [default: strato below CVMFS_CACHE_DIR or CVMFS_CACHE_BASE, or cache in the home]", HelpName = "DIR" };
        Option<long?> quota = new("--quota") { Description = "Megabytes that the cache may take [default: CVMFS_QUOTA_LIMIT, or 1024]", HelpName = "MB" };
        Option<string?> tag = new("--tag") { Description = "Show this tag, for as long as the mount lives", HelpName = "NAME" };
        Option<string[]> settings = new("--set") { Description = "Any CVMFS_* parameter; counts more than parameter files", HelpName = "NAME=VALUE" };
        Option<bool> foreground = new("--foreground") { Description = "Stay in the foreground and log to the standard error" };
        quota.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is <= 0 or > long.MaxValue >> 20)
            {
                result.AddError("--quota is a number of megabytes, at least 1");
            }
        });
        Command command = new("mount", "Mount a repository on a directory.")
        {
            repository, directory, server, key, proxy, cache, quota, tag, settings, foreground,
        };
        globals.Handle(command, context =>
        {
            MountArguments arguments = new()
            {
                Repository = context.Arguments.GetRequiredValue(repository),
                Home = context.Home,
                Server = context.Arguments.GetValue(server),
                Key = context.Arguments.GetValue(key),
                Proxy = context.Arguments.GetValue(proxy),
                Cache = context.Arguments.GetValue(cache),
                Quota = context.Arguments.GetValue(quota),
                Tag = context.Arguments.GetValue(tag),
                Settings = context.Arguments.GetValue(settings) ?? [],
            };
            bool isDaemon = context.Environment(MountDaemon.Variable) is { Length: > 0 };
            return context.Arguments.GetValue(foreground) || isDaemon
                ? ServeAsync(context, arguments.Resolve(), context.Arguments.GetRequiredValue(directory), isDaemon)
                : MountDaemon.StartAsync(context);
        });
        return command;
    }

    private static async Task<int> ServeAsync(CommandContext context, RepositoryConfiguration configuration, string directory, bool isDaemon)
    {
        if (isDaemon)
        {
            MountDaemon.LeaveTerminal();
        }

        byte[] target = Canonical(directory);
        MountRegistry registry = new(context.Home);
        registry.Prepare();
        string logFile = isDaemon ? LogFile(context.Home, configuration.Name) : "";
        MountRequest request = new()
        {
            Configuration = configuration,
            Directory = target,
            CacheFolder = configuration.CacheFolder,
            ControlSocket = registry.SocketOf(target),
            Version = ProgramVersion.Text,
            Log = context.Error,
            Clock = context.Clock,
        };
        await using RepositoryMount mount = await RepositoryMount.StartAsync(request, context.Cancellation);
        MountRecord record = new(configuration.Name, Encoding.UTF8.GetString(target), Environment.ProcessId, request.ControlSocket, logFile);
        using IDisposable entry = registry.Add(target, record);
        if (isDaemon)
        {
            using FileDescriptor log = OpenLog(logFile);
            MountDaemon.Announce(context.Output, log);
        }
        else
        {
            context.Error.WriteLine($"{configuration.Name} is mounted on {record.Directory} at revision {mount.Revision} until Ctrl-C");
        }

        await RunAsync(mount, context.Cancellation);
        return ExitCode.Done;
    }

    private static async Task RunAsync(RepositoryMount mount, CancellationToken cancellation)
    {
        await mount.Ended.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!mount.Ended.IsCompleted)
        {
            mount.Unmount();
            await Task.WhenAny(mount.Ended, Task.Delay(Grace, CancellationToken.None));
        }
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
