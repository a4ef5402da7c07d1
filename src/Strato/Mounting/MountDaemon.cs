using System.Diagnostics;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Mounting;

/// <summary>
/// Puts a mount into the background. A process cannot fork once it has threads, so the command starts itself again with the same
/// arguments; the second process mounts, leaves the terminal, says so on its standard output and goes on alone. Its command line names
/// the mount. Until then its errors go where the command's go.
/// </summary>
internal static class MountDaemon
{
    /// <summary>Set in the environment of the second process.</summary>
    private const string Variable = "STRATO_MOUNT_DAEMON";

    private const string Ready = "mounted";

    /// <summary>
    /// What this process is to the mount; null for the command that starts the second process. Programs that this one starts are not told.
    /// </summary>
    /// <param name="foreground">Whether the user wants the mount in the foreground.</param>
    public static MountRole? RoleOf(bool foreground)
    {
        bool isDaemon = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };
        Environment.SetEnvironmentVariable(Variable, null);
        return HandoverInheritance.IsThere ? MountRole.Successor
            : isDaemon ? MountRole.Daemon
            : foreground ? MountRole.Foreground
            : null;
    }

    /// <summary>Starts the second process and waits until it has mounted; answers its exit code if it ended instead.</summary>
    /// <param name="arguments">The command line of the mount, without the program's name.</param>
    /// <param name="errors">Takes what it says until then.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> StartAsync(IEnumerable<string> arguments, TextWriter errors, CancellationToken cancellation)
    {
        ProcessStartInfo start = OwnProcess.Start(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;

        // Its errors come through a pipe of ours: it keeps copies of its streams open, and whoever reads those of this command waits for
        // their end.
        start.RedirectStandardError = true;
        start.Environment[Variable] = "1";
        FrugalMemory.Prepare(start);
        using Process daemon = Process.Start(start)!;
        daemon.StandardInput.Close();
        Task forwarding = ForwardAsync(daemon.StandardError, errors);
        try
        {
            string? line = await daemon.StandardOutput.ReadLineAsync(cancellation);
            if (line == Ready)
            {
                return ExitCode.Done;
            }

            await daemon.WaitForExitAsync(cancellation);
            await forwarding;
            return daemon.ExitCode;
        }
        catch (OperationCanceledException)
        {
            PosixProcess.Kill(daemon.Id, Signal.Terminate);
            throw;
        }
    }

    private static async Task ForwardAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
        }
    }

    /// <summary>In the second process: leaves the terminal, so that its signals and its end do not reach the mount.</summary>
    public static void LeaveTerminal() => PosixProcess.StartSession().ThrowIfFailed("leave the terminal");

    /// <summary>
    /// In the second process, once it has mounted: says so, and turns its streams to a log file. Answers a writer to it: those on the streams have copies of what
    /// the streams were.
    /// </summary>
    /// <param name="output">The standard output, to which nothing else may be written.</param>
    /// <param name="log">The log.</param>
    public static TextWriter Announce(TextWriter output, FileDescriptor log)
    {
        output.WriteLine(Ready);
        output.Flush();
        PosixProcess.ReplaceStandardStream(1, log).ThrowIfFailed("turn the standard output to the log");
        PosixProcess.ReplaceStandardStream(2, log).ThrowIfFailed("turn the standard error to the log");
        PosixFile.Duplicate(log, out FileDescriptor? copy).ThrowIfFailed("write to the log");
        return new StreamWriter(new FileStream(copy!.TransferToFileHandle(), FileAccess.Write, bufferSize: 0));
    }
}
