using System.Diagnostics;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Processes;

namespace Strato.Testing.Mounting;

/// <summary>
/// A repository, or all, mounted in the background, as users do: a daemon and a holder. Disposing kills both, however they hang, and takes the mount away.
/// </summary>
public sealed class HeldMount : IDisposable
{
    private readonly MountGuard guard;
    private readonly string home;

    private readonly StratoMountOptions options;

    private HeldMount(StratoMountOptions options, TimeSpan bound)
    {
        this.options = options;
        home = options.Home;
        guard = new MountGuard(bound);
        Processes = new MountProcesses(home, guard.Directory);
        Leftovers.Remember(this);
    }

    /// <summary>Where the repository is mounted.</summary>
    public string Directory => guard.Directory;

    public MountProcesses Processes { get; }

    /// <summary>What is mounted.</summary>
    public IReadOnlyList<MountEntry> Mounts => guard.Mounts;

    /// <summary>What daemon and holder have logged.</summary>
    public string Log => string.Concat(System.IO.Directory.GetFiles(Path.Combine(home, "log")).Select(File.ReadAllText));

    /// <summary>For the message of a test that fails: what lives, what each thread waits for, and the end of the log.</summary>
    public string Describe()
    {
        const int lastLines = 40;
        IEnumerable<string> lines = Log.Split('\n').TakeLast(lastLines);
        return string.Join('\n', [.. Processes.Describe(), .. lines]);
    }

    /// <summary>Mounts. Throws <see cref="InvalidOperationException"/> with what the command said where it refuses.</summary>
    /// <param name="options">What to mount.</param>
    /// <param name="bound">After this time the mount is aborted, and the test fails instead of hanging.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="program">The strato to use; null for the one that was built with the tests.</param>
    public static async Task<HeldMount> StartAsync(StratoMountOptions options, TimeSpan bound, CancellationToken cancellation, string? program = null)
    {
        HeldMount mount = new(options, bound);
        try
        {
            await mount.MountAgainAsync(cancellation, program);
            return mount;
        }
        catch
        {
            mount.Dispose();
            throw;
        }
    }

    /// <summary>Mounts once more, after the processes have died.</summary>
    public async Task MountAgainAsync(CancellationToken cancellation, string? program = null)
    {
        IEnumerable<string> arguments = ["mount", options.Repository ?? "--all", Directory, "--home", home, .. options.Arguments];
        using ChildProcess command = ChildProcess.Start(program is null ? ChildProcess.Strato(arguments) : new ProcessStartInfo(program, arguments));
        if (await command.WaitAsync(cancellation) != 0)
        {
            throw new InvalidOperationException(command.Error);
        }
    }

    /// <summary>Gives the daemon a command; returns its answer.</summary>
    public Task<string> TalkAsync(CancellationToken cancellation, params IEnumerable<string> command) => TalkAsync(null, cancellation, command);

    /// <summary>The same with another build's program.</summary>
    public async Task<string> TalkAsync(string? program, CancellationToken cancellation, params IEnumerable<string> command)
    {
        IEnumerable<string> arguments = ["talk", Directory, .. command, "--home", home];
        using ChildProcess talk = ChildProcess.Start(program is null ? ChildProcess.Strato(arguments) : new ProcessStartInfo(program, arguments));
        int code = await talk.WaitAsync(cancellation);
        return code == 0 ? talk.Output.Trim() : throw new InvalidOperationException(talk.Error.Trim());
    }

    /// <summary>Unmounts as users do; returns the exit code and what the command said.</summary>
    public async Task<(int Code, string Error)> UnmountAsync(CancellationToken cancellation)
    {
        (int code, _, string error) = await ChildProcess.RunStratoAsync(cancellation, "umount", Directory, "--home", home);
        return (code, error.Trim());
    }

    /// <summary>Has the kernel forget the names that nobody uses: a remount does that for one file system.</summary>
    public void DropNames() =>
        Posix.Mounts.Mount("strato"u8, System.Text.Encoding.UTF8.GetBytes(Directory), "fuse.strato"u8, MountFlags.Remount | MountFlags.ReadOnly | MountFlags.NoSetUserId | MountFlags.NoDevices, default)
            .ThrowIfFailed("remount", System.Text.Encoding.UTF8.GetBytes(Directory));

    public void Dispose()
    {
        Processes.KillAll();
        guard.Dispose();
        Leftovers.Forget(this);
    }
}
