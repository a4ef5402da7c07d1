using System.Diagnostics;
using System.Text;
using Strato.Core;
using Strato.Posix;

namespace Strato.Quickstart;

/// <summary>One of this program's own commands, run as a process of its own, as a person would type it.</summary>
internal sealed class ChildCommand : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly StringBuilder error = new();

    private ChildCommand(Process process) => this.process = process;

    /// <summary>What the command prints.</summary>
    public StreamReader Output => process.StandardOutput;

    /// <summary>Starts <c>strato ARGUMENTS</c>.</summary>
    /// <param name="showsProgress">Leaves the standard error to the command, so that its progress is seen; it is kept otherwise.</param>
    /// <param name="arguments">The command line.</param>
    public static ChildCommand Start(bool showsProgress, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = OwnProcess.Start(arguments);
        start.RedirectStandardInput = true;

        // The runtime leaves its diagnostic sockets behind where it is stopped while it starts.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = !showsProgress;
        ChildCommand command = new(Process.Start(start)!);
        command.process.StandardInput.Close();
        if (!showsProgress)
        {
            command.process.ErrorDataReceived += command.KeepError;
            command.process.BeginErrorReadLine();
        }

        return command;
    }

    /// <summary>Runs <c>strato ARGUMENTS</c> to its end and gives what it printed. Where it is cancelled, the command is stopped first.</summary>
    /// <exception cref="StratoException">The command failed; the message is its own.</exception>
    public static async Task<string> RunAsync(bool showsProgress, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        await using ChildCommand command = Start(showsProgress, arguments);
        string output = await command.Output.ReadToEndAsync(cancellation);
        await command.process.WaitForExitAsync(cancellation);
        return command.process.ExitCode == ExitCode.Done ? output : throw await command.FailureAsync();
    }

    /// <summary>Why the command ended, in its own words. It has ended, or is about to.</summary>
    public async Task<StratoException> FailureAsync()
    {
        await process.WaitForExitAsync();
        lock (error)
        {
            string line = error.ToString().Trim();
            return new StratoException(line.Length > 0 ? line : $"strato {process.StartInfo.ArgumentList.FirstOrDefault()} ended with {process.ExitCode}");
        }
    }

    /// <summary>Asks the command to stop and waits until it has; one that does not is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            PosixProcess.Kill(process.Id, Signal.Terminate);
            try
            {
                await process.WaitForExitAsync().WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        process.Dispose();
    }

    private void KeepError(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { Length: > 0 } text)
        {
            lock (error)
            {
                error.AppendLine(text);
            }
        }
    }
}
