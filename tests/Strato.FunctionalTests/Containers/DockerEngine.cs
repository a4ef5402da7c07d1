using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.Posix;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Containers;

/// <summary>
/// A Docker daemon and <c>strato docker-plugin</c>, as on a machine of their own: the daemon runs in namespaces that end with the test, with a /run of its own, and finds
/// the plugin at the usual place. Images are made of busybox, so nothing is pulled.
/// </summary>
internal sealed class DockerEngine : IDisposable
{
    /// <summary>The image to run.</summary>
    public const string Image = "busybox-of-test";

    private const string DockerProgram = "/usr/bin/docker";
    private const string DaemonProgram = "/usr/sbin/dockerd";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-docker-");
    private readonly string state;
    private readonly string[] pluginArguments;
    private readonly ChildProcess machine;
    private ChildProcess? plugin;
    private ChildProcess? daemon;

    private DockerEngine(string home, string mount)
    {
        state = Path.Combine(home, "docker");
        Directory.CreateDirectory(state);
        Directory.CreateDirectory(Path.Combine(folder.FullName, "plugins"));
        pluginArguments = ["docker-plugin", "--socket", Path.Combine(folder.FullName, "plugins", "cvmfs.sock"), "--home", home, "--mount", mount];

        // Where systemd runs, all mounts are shared with services; here the one folder is that the plugin mounts volumes in.
        Run("mount", "--bind", state, state);
        Run("mount", "--make-shared", state);
        // A shell that waits reaps what the daemon leaves behind, as the first process of a machine does.
        const string script = """
            mount -t tmpfs none /run && mkdir -p /run/docker/plugins && mount --bind "$1" /run/docker/plugins && echo ready && while :; do sleep 1000 & wait; done
            """;
        machine = ChildProcess.Start(new ProcessStartInfo(
            "unshare",
            ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "slave", "sh", "-c", script, "sh", Path.Combine(folder.FullName, "plugins")]));
    }

    /// <summary>What the plugin has logged since it was started last.</summary>
    public string PluginLog => plugin!.Error;

    /// <summary>The folder of mounted volumes on the machine itself.</summary>
    public string Mounts => Path.Combine(state, "mounts");

    private string Socket => $"unix://{folder.FullName}/docker.sock";

    /// <summary>Skips where no daemon is installed.</summary>
    public static void Require() =>
        Assert.SkipUnless(File.Exists(DaemonProgram) && File.Exists(DockerProgram) && File.Exists("/bin/busybox"), "Docker or busybox is missing: Debian's docker.io and busybox-static");

    /// <summary>Starts all of it, the plugin for a mount of all repositories of a home.</summary>
    public static async Task<DockerEngine> StartAsync(string home, string mount, CancellationToken cancellation)
    {
        DockerEngine engine = new(home, mount);
        try
        {
            await engine.machine.WaitForAsync("ready", cancellation);
            await engine.StartPluginAsync(cancellation);
            await engine.StartDaemonAsync(cancellation);
            await engine.ImportAsync(cancellation);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Runs <c>docker ARGUMENTS</c>; gives its exit code and both outputs together.</summary>
    public async Task<(int Code, string Text)> DockerAsync(CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        using ChildProcess client = StartDocker(arguments);
        int code = await client.WaitAsync(cancellation);
        return (code, (client.Output + client.Error).Trim());
    }

    /// <summary>Runs <c>docker ARGUMENTS</c> and requires success; gives what it printed.</summary>
    public async Task<string> DoAsync(CancellationToken cancellation, params string[] arguments)
    {
        (int code, string text) = await DockerAsync(cancellation, arguments);
        Assert.True(code == 0, $"docker {string.Join(' ', arguments)}: {text}\n{PluginLog}");
        return text;
    }

    /// <summary>Starts <c>docker ARGUMENTS</c>.</summary>
    public ChildProcess StartDocker(params IEnumerable<string> arguments) => ChildProcess.Start(new ProcessStartInfo(DockerProgram, ["-H", Socket, .. arguments]));

    /// <summary>Kills the plugin, and starts it again.</summary>
    public async Task ReplacePluginAsync(CancellationToken cancellation)
    {
        await EndPluginAsync(cancellation);
        await StartPluginAsync(cancellation);
    }

    /// <summary>Kills the plugin.</summary>
    public async Task EndPluginAsync(CancellationToken cancellation)
    {
        plugin!.Send(Signal.Kill);
        await plugin.WaitAsync(cancellation);
        plugin.Dispose();
    }

    /// <summary>Starts the plugin.</summary>
    public async Task StartPluginAsync(CancellationToken cancellation)
    {
        plugin = ChildProcess.StartStrato(pluginArguments);
        await plugin.WaitForAsync("until Ctrl-C", cancellation);
    }

    /// <summary>Ends the daemon with a signal, and starts it again.</summary>
    public async Task ReplaceDaemonAsync(Signal signal, CancellationToken cancellation)
    {
        // The program that enters the namespaces has the daemon as its child, and ends with it.
        string children = await File.ReadAllTextAsync($"/proc/{daemon!.Id}/task/{daemon.Id}/children", cancellation);
        PosixProcess.Kill(int.Parse(children, CultureInfo.InvariantCulture), signal);
        await daemon.WaitAsync(cancellation);
        daemon.Dispose();
        daemon = null;
        await StartDaemonAsync(cancellation);
    }

    public void Dispose()
    {
        // Everything in the namespaces ends with their first process; the kernel takes the mounts away.
        machine.Dispose();
        daemon?.Dispose();
        plugin?.Dispose();
        byte[] prefix = Encoding.UTF8.GetBytes(state + "/");
        foreach (MountEntry entry in MountTable.Read().Where(entry => entry.MountPoint.AsSpan().StartsWith(prefix) || entry.MountPoint.AsSpan().SequenceEqual(prefix.AsSpan()[..^1])).Reverse())
        {
            Strato.Posix.Mounts.Unmount(entry.MountPoint, UnmountFlags.Detach | UnmountFlags.NoFollow);
        }

        // What the daemon leaves holds files that its last processes may still have open for a moment.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                folder.Delete(recursive: true);
                return;
            }
            catch (Exception error) when (attempt < 100 && error is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(100);
            }
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(program, arguments));
        int code = process.WaitAsync(CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(code == 0, process.Error);
    }

    private async Task StartDaemonAsync(CancellationToken cancellation)
    {
        string children = "";
        while (children.Length == 0)
        {
            children = await File.ReadAllTextAsync($"/proc/{machine.Id}/task/{machine.Id}/children", cancellation);
        }

        string pidFile = Path.Combine(folder.FullName, "docker.pid");
        File.Delete(pidFile);
        daemon = ChildProcess.Start(new ProcessStartInfo(
            "nsenter",
            [
                "--target", children.Trim(), "--mount", "--pid", DaemonProgram, "--data-root", Path.Combine(folder.FullName, "data"), "--exec-root", Path.Combine(folder.FullName, "run"),
                "--host", Socket, "--pidfile", pidFile, "--iptables=false", "--bridge=none",
            ]));
        await daemon.WaitForAsync("API listen on", cancellation);
    }

    private async Task ImportAsync(CancellationToken cancellation)
    {
        string root = Path.Combine(folder.FullName, "image");
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy("/bin/busybox", Path.Combine(root, "bin", "busybox"));
        foreach (string applet in new[] { "sh", "cat", "ls", "sleep", "echo" })
        {
            File.CreateSymbolicLink(Path.Combine(root, "bin", applet), "busybox");
        }

        string archive = Path.Combine(folder.FullName, "image.tar");
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(root, archive, includeBaseDirectory: false, cancellation);
        await DoAsync(cancellation, "import", archive, Image);
    }
}
