using System.Diagnostics;
using System.Text;
using Strato.Client.Mounting;
using Strato.Hosting.Control;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Processes;

namespace Strato.Testing.Mounting;

/// <summary>
/// A repository, or all, mounted by a <c>strato mount --foreground</c> of its own, with a home and a mount point of its own. The test looks at the mount from outside
/// the daemon. Disposing ends and removes everything, however it hangs.
/// </summary>
public sealed class StratoMount : IDisposable
{
    private readonly MountGuard guard = new(TimeSpan.FromMinutes(5));
    private readonly ChildProcess process;

    private StratoMount(StratoMountOptions options)
    {
        Home = options.Home;
        string[] arguments = ["mount", options.Repository ?? "--all", guard.Directory, "--foreground", "--home", Home, .. options.Arguments];
        process = options switch
        {
            { ClockFile: { } clock } => ChildProcess.Start(
                new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Strato.Testing"), [ShiftedStratoProgram.Verb, clock, .. arguments])),
            { UserId: { } user } => ChildProcess.Start(AsUser(user, ChildProcess.Strato(arguments))),
            _ => ChildProcess.StartStrato(arguments),
        };
    }

    /// <summary>Where the repository is mounted.</summary>
    public string Directory => guard.Directory;

    public string Home { get; }

    /// <summary>The daemon.</summary>
    public int Pid => process.Id;

    /// <summary>What the daemon has logged.</summary>
    public string Log => process.Error;

    /// <summary>The lines of the log that contain a text.</summary>
    public IReadOnlyList<string> LogLines(string text) =>
        [.. Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains(text, StringComparison.Ordinal))];

    /// <summary>Sets how far the clock of daemons with this <see cref="StratoMountOptions.ClockFile"/> is ahead.</summary>
    public static void ShiftClock(string clockFile, TimeSpan ahead) => ShiftedStratoProgram.Shift(clockFile, ahead);

    /// <summary>Mounts. Throws <see cref="InvalidOperationException"/> with what the command said where it refuses.</summary>
    public static async Task<StratoMount> StartAsync(StratoMountOptions options, CancellationToken cancellation)
    {
        StratoMount mount = new(options);
        try
        {
            await mount.process.WaitForAsync("is mounted on", cancellation);
            return mount;
        }
        catch
        {
            mount.Dispose();
            throw;
        }
    }

    /// <summary>Gives the daemon a command, such as <c>remount</c>; returns its answer.</summary>
    public async Task<string> TalkAsync(CancellationToken cancellation, params IEnumerable<string> command)
    {
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(cancellation, ["talk", Directory, .. command, "--home", Home]);
        return code == 0 ? output.Trim() : throw new InvalidOperationException(error.Trim());
    }

    /// <summary>The same without a process for it, where a test says a lot.</summary>
    public async Task<string> AskAsync(CancellationToken cancellation, params IEnumerable<string> command)
    {
        ControlReply reply = await ControlClient.AskAsync(new MountRegistry(Home).Find(Directory).Socket, new ControlRequest(command.First(), [.. command.Skip(1)]), cancellation);
        return reply.Error is null ? reply.Text! : throw new InvalidOperationException(reply.Error);
    }

    /// <summary>Bytes of memory that the daemon alone has, and how many descriptors.</summary>
    public (long PrivateBytes, int Descriptors) Use()
    {
        string line = File.ReadLines($"/proc/{Pid}/status").First(text => text.StartsWith("RssAnon:", StringComparison.Ordinal));
        long kilobytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
        return (kilobytes << 10, System.IO.Directory.GetFileSystemEntries($"/proc/{Pid}/fd").Length);
    }

    /// <summary>Waits until the daemon's log contains a text.</summary>
    public Task WaitForLogAsync(string text, CancellationToken cancellation) => process.WaitForAsync(text, cancellation);

    /// <summary>Sends the daemon a signal and waits for its end; returns its exit code.</summary>
    public async Task<int> StopAsync(Signal signal, CancellationToken cancellation)
    {
        process.Send(signal);
        return await process.WaitAsync(cancellation);
    }

    public void Dispose()
    {
        guard.Dispose();
        process.Dispose();
    }

    /// <summary>Gives a user the home and the mount point, and has him start a program.</summary>
    private ProcessStartInfo AsUser(int user, ProcessStartInfo program)
    {
        System.IO.Directory.CreateDirectory(Home);
        foreach (string path in (ReadOnlySpan<string>)[Home, Directory])
        {
            PosixPath.SetOwner(null, Encoding.UTF8.GetBytes(path), (uint)user, (uint)user).ThrowIfFailed("give away", Encoding.UTF8.GetBytes(path));
        }

        return new ProcessStartInfo("setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", "--", program.FileName, .. program.ArgumentList]);
    }
}
