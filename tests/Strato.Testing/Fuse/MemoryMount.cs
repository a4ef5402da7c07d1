using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>
/// The memory file system, mounted by a process of its own, so that a test may read it without ever waiting for itself. Disposal ends the
/// process and unmounts, also where either hangs.
/// </summary>
public sealed class MemoryMount : IDisposable
{
    private const int DeviceDescriptor = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MountGuard guard;
    private readonly bool ownsGuard;
    private readonly SpawnedProgram program;
    private readonly StreamWriter commands;
    private readonly StreamReader answers;
    private bool isReaped;

    private MemoryMount(MountGuard guard, bool ownsGuard, MemoryFileSystemOptions options, FileDescriptor? device)
    {
        this.guard = guard;
        this.ownsGuard = ownsGuard;
        Pipe.Create(out FileDescriptor? input, out FileDescriptor? commandEnd).ThrowIfFailed("make a pipe");
        Pipe.Create(out FileDescriptor? answerEnd, out FileDescriptor? output).ThrowIfFailed("make a pipe");
        commands = new StreamWriter(new FileStream(commandEnd!.TransferToFileHandle(), FileAccess.Write)) { AutoFlush = true };
        answers = new StreamReader(new FileStream(answerEnd!.TransferToFileHandle(), FileAccess.Read));
        using (input)
        using (output)
        {
            string host = System.IO.Path.Combine(AppContext.BaseDirectory, "Strato.Testing");
            List<string> words = [host, MemoryFileSystemProgram.Verb, guard.Directory, .. options.ToArguments()];
            if (options.SearchPath is { } searched)
            {
                words.InsertRange(0, ["env", $"PATH={searched}"]);
            }

            if (options.UserId is { } user)
            {
                words.InsertRange(0, ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "--"]);
                PosixPath.SetOwner(null, Encoding.UTF8.GetBytes(guard.Directory), (uint)user, (uint)user).ThrowIfFailed("give away the mount point");
            }

            List<(FileDescriptor, int)> descriptors = [(input!, 0), (output!, 1)];
            if (device is not null)
            {
                descriptors.Add((device, DeviceDescriptor));
            }

            SpawnedProgram.Start(
                words[0],
                words.Skip(1).Select(Encoding.UTF8.GetBytes),
                new Dictionary<string, string>(StringComparer.Ordinal),
                descriptors,
                out SpawnedProgram? started).ThrowIfFailed($"start {words[0]}");
            program = started!;
        }
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => guard.Directory;

    public MountGuard Guard => guard;

    public int ProcessId => program.Id;

    /// <summary>Mounts on a directory of its own. Throws <see cref="InvalidOperationException"/> with the server's words where it refuses.</summary>
    public static MemoryMount Start(MemoryFileSystemOptions? options = null, TimeSpan? bound = null) =>
        Start(new MountGuard(bound), ownsGuard: true, options ?? new MemoryFileSystemOptions(), null);

    /// <summary>Serves a device that the test mounted on the guard's directory; both stay the test's.</summary>
    public static MemoryMount Serve(MountGuard guard, FileDescriptor device, MemoryFileSystemOptions options) =>
        Start(guard, ownsGuard: false, options, device);

    /// <summary>The path of something in it.</summary>
    public string At(string path) => System.IO.Path.Combine(Path, path);

    /// <summary>Has the serving process do something; its answer.</summary>
    public string Command(string line)
    {
        commands.WriteLine(line);
        return answers.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult()
            ?? throw new InvalidOperationException("the serving process has ended");
    }

    /// <summary>Has the serving process tell a number.</summary>
    public long Number(string line) => long.Parse(Command(line), CultureInfo.InvariantCulture);

    /// <summary>Ends the serving process as a crash does.</summary>
    public void Kill()
    {
        PosixProcess.Kill(program.Id, Signal.Kill).ThrowIfFailed("kill the serving process");
        Reap();
    }

    public void Dispose()
    {
        commands.Dispose();
        if (!isReaped)
        {
            // A server that hangs is let go of by the abort, and by the kill at the latest.
            using Timer patience = new(_ => PosixProcess.Kill(program.Id, Signal.Kill), null, Patience, Timeout.InfiniteTimeSpan);
            Reap();
        }

        answers.Dispose();
        if (ownsGuard)
        {
            guard.Dispose();
        }
    }

    private static MemoryMount Start(MountGuard guard, bool ownsGuard, MemoryFileSystemOptions options, FileDescriptor? device)
    {
        MemoryMount mount = new(guard, ownsGuard, options, device);
        try
        {
            string? answer = mount.answers.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult();
            return answer == "ready" ? mount : throw new InvalidOperationException(answer ?? "the serving process ended before it was ready");
        }
        catch
        {
            mount.Dispose();
            throw;
        }
    }

    private void Reap()
    {
        program.WaitForExit(out _).ThrowIfFailed("wait for the serving process");
        isReaped = true;
    }
}
