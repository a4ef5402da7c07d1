using System.Diagnostics;
using System.Globalization;
using Strato.Testing.Http;
using Strato.Testing.Processes;

namespace Strato.Testing.Genuine;

/// <summary>
/// A machine with the genuine server tools on it, as far as they can tell: a mount namespace of its own in which <c>/etc/cvmfs</c>,
/// <c>/var/spool/cvmfs</c>, <c>/srv/cvmfs</c>, <c>/cvmfs</c> and <c>/etc/fstab</c> are folders of the test's, and a web server for its storage. Neither
/// Apache nor systemd is needed. Disposing ends its mounts, their processes and the namespace.
/// </summary>
public sealed class GenuineServer : IAsyncDisposable
{
    private const string Settings = "check_apache() { :; }\ncheck_wsgi_module() { :; }\nis_systemd() { return 1; }\n";

    private const string Units = """
        #!/bin/sh
        # The mount units that systemd would make of /etc/fstab.
        [ "$1" = restart ] || exit 0
        exec mount "/$(printf %s "${2%.mount}" | sed 's|-|/|g; s|\\x2d|-|g')"
        """;

    private const string Beginning = """
        set -e
        mount --make-rprivate /
        for place in etc:/etc/cvmfs spool:/var/spool/cvmfs srv:/srv/cvmfs cvmfs:/cvmfs fstab:/etc/fstab; do
            mount --bind "$0/${place%%:*}" "${place#*:}"
        done
        [ ! -e /bin/systemctl ] || mount --bind "$0/systemctl" /bin/systemctl
        echo ready
        exec sleep infinity
        """;

    private const string End = """
        for place in /cvmfs/* /var/spool/cvmfs/*/rdonly; do
            umount "$place" || umount -l "$place"
        done
        """;

    private readonly TemporaryFolder folder = new();
    private readonly ScriptedPeer web;
    private readonly ChildProcess holder;

    private GenuineServer()
    {
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (string part in (ReadOnlySpan<string>)["etc/keys", "spool", "srv", "cvmfs"])
        {
            Directory.CreateDirectory(folder[part]);
        }

        File.WriteAllText(folder["fstab"], string.Empty);
        File.WriteAllText(folder["etc/cvmfs_server_hooks.sh"], Settings);
        File.WriteAllText(folder["etc/server.local"], "CVMFS_GEO_DB_FILE=NONE\n");
        File.WriteAllText(folder["systemctl"], Units);
        File.SetUnixFileMode(folder["systemctl"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        web = new ScriptedPeer(ScriptedPeer.Directory("/cvmfs/", folder["srv"]));
        holder = ChildProcess.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", Beginning, folder.Path]));
    }

    /// <summary>Why there can be none here, or null where there can.</summary>
    public static string? WhyAbsent
    {
        get
        {
            string[] programs = [.. new[] { "cvmfs_server", "cvmfs_publish", "cvmfs_suid_helper", "unshare", "nsenter", "attr", "lsof" }.Where(tool => GenuineTools.Find(tool) is null)];
            string[] folders = [.. new[] { "/etc/cvmfs", "/var/spool/cvmfs", "/srv/cvmfs", "/cvmfs" }.Where(place => !Directory.Exists(place))];
            return GenuineTools.WhyAbsent
                ?? (programs.Length > 0 ? $"no {string.Join(", ", programs)} in PATH: the CernVM-FS server is not installed"
                    : folders.Length > 0 ? $"no {string.Join(", ", folders)}, which the CernVM-FS server needs"
                    : !File.ReadAllText("/proc/filesystems").Contains("\toverlay\n", StringComparison.Ordinal) ? "the kernel has no overlayfs"
                    : null);
        }
    }

    /// <summary>A home for Strato's own repositories; its path is the same in the namespace.</summary>
    public string Home => folder["home"];

    /// <summary>What is <c>/etc/cvmfs/keys</c> to the server.</summary>
    public string Keys => folder["etc/keys"];

    /// <summary>A file or folder of the test's, whose path is the same in the namespace.</summary>
    public string this[string name] => folder[name];

    /// <summary>Makes the machine.</summary>
    public static async Task<GenuineServer> StartAsync(CancellationToken cancellation)
    {
        GenuineServer server = new();
        try
        {
            await server.holder.WaitForAsync("ready", cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address at which a repository's storage is served.</summary>
    public string Url(string repository) => $"{web.Address}/cvmfs/{repository}";

    /// <summary>A repository's storage, which is <c>/srv/cvmfs/REPOSITORY</c> to the server.</summary>
    public string Storage(string repository) => folder[$"srv/{repository}"];

    /// <summary>A repository's spool area, which is <c>/var/spool/cvmfs/REPOSITORY</c> to the server.</summary>
    public string Spool(string repository) => folder[$"spool/{repository}"];

    /// <summary>What a genuine client needs to mount a repository of this server.</summary>
    public GenuineMount Mount(string repository, string? tag = null) =>
        new() { Repository = repository, Server = Url(repository), PublicKey = Path.Combine(Keys, $"{repository}.pub"), Tag = tag };

    /// <summary>Runs a program in the namespace to its end.</summary>
    public Task<ToolOutcome> TryAsync(CancellationToken cancellation, params IEnumerable<string> command) =>
        GenuineTools.RunAsync("nsenter", cancellation, ["-t", holder.Id.ToString(CultureInfo.InvariantCulture), "-m", "--", .. command]);

    /// <summary>Runs a program in the namespace; returns all that it said. Throws <see cref="InvalidOperationException"/> where it fails.</summary>
    public async Task<string> RunAsync(CancellationToken cancellation, params IEnumerable<string> command)
    {
        ToolOutcome outcome = await TryAsync(cancellation, command);
        return outcome.Code == 0 ? outcome.Text : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {outcome.Code}: {outcome.Text}");
    }

    /// <summary>Runs <c>cvmfs_server VERB ARGUMENTS</c>.</summary>
    public Task<string> ServerAsync(CancellationToken cancellation, params IEnumerable<string> arguments) => RunAsync(cancellation, ["cvmfs_server", .. arguments]);

    /// <summary>Makes a repository, without Apache, that root owns unless an option <c>-o</c> says otherwise.</summary>
    public Task<string> MakeAsync(string repository, CancellationToken cancellation, params IEnumerable<string> options) =>
        ServerAsync(cancellation, ["mkfs", "-p", "-o", "root", "-w", Url(repository), .. options, repository]);

    /// <summary>Publishes what a shell script does in the repository's directory, in one transaction.</summary>
    public async Task PublishAsync(string repository, string script, CancellationToken cancellation, string? tag = null)
    {
        await ServerAsync(cancellation, "transaction", repository);
        await ChangeAsync(repository, script, cancellation);
        await ServerAsync(cancellation, ["publish", .. tag is null ? Array.Empty<string>() : ["-a", tag], repository]);
    }

    /// <summary>Runs a shell script in the repository's directory, of which a transaction is open.</summary>
    public Task<string> ChangeAsync(string repository, string script, CancellationToken cancellation) =>
        RunAsync(cancellation, "sh", "-e", "-c", $"cd /cvmfs/{repository}\n{script}");

    /// <summary>Runs <c>strato ARGUMENTS --home HOME</c> beside the server tools.</summary>
    public Task<ToolOutcome> TryStratoAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        TryAsync(cancellation, [StratoProgram.Location, .. arguments, "--home", Home]);

    /// <summary>The same; throws where it fails.</summary>
    public Task<string> StratoAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        RunAsync(cancellation, [StratoProgram.Location, .. arguments, "--home", Home]);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (holder.IsRunning)
            {
                await TryAsync(CancellationToken.None, "sh", "-c", End);
                await WaitForClientsAsync();
            }
        }
        finally
        {
            holder.Dispose();
            await web.DisposeAsync();
            folder.Dispose();
        }
    }

    // A client ends by itself when its mount has gone; one that does not is ended, for nobody else is in the namespace.
    private async Task WaitForClientsAsync()
    {
        string? own = NamespaceOf(holder.Id);
        long start = TimeProvider.System.GetTimestamp();
        while (own is not null)
        {
            int[] left = [.. Process.GetProcesses().Select(process => process.Id).Where(id => id != holder.Id && NamespaceOf(id) == own)];
            if (left.Length == 0)
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(10))
            {
                Array.ForEach(left, id => Posix.PosixProcess.Kill(id, Posix.Signal.Kill));
            }

            await Task.Delay(20);
        }
    }

    private static string? NamespaceOf(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/mnt").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
