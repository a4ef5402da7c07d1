using System.Diagnostics;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Processes;

/// <summary>
/// A program that a test started, with its output kept. Disposing kills it with everything that it started, so that a failing
/// test leaves nothing running.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    private ChildProcess(Process process) => this.process = process;

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has not ended yet.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>What it has written to its standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>What it has written to its standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (error)
            {
                return error.ToString();
            }
        }
    }

    /// <summary>Starts any program.</summary>
    public static ChildProcess Start(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        Process started = new() { StartInfo = start };
        ChildProcess child = new(started);
        started.OutputDataReceived += (_, line) => Keep(child.output, line.Data);
        started.ErrorDataReceived += (_, line) => Keep(child.error, line.Data);
        started.Start();
        Leftovers.Remember(child);
        started.StandardInput.Close();
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return child;
    }

    /// <summary>How <c>strato ARGUMENTS</c> is started: the executable that was built with the tests.</summary>
    /// <remarks>A shell that runs the tests in the background has SIGINT ignored, which processes inherit: env(1) undoes that.</remarks>
    public static ProcessStartInfo Strato(params IEnumerable<string> arguments) =>
        new("/usr/bin/env", ["--default-signal=INT", StratoProgram.Location, .. arguments]);

    /// <summary>Starts <c>strato ARGUMENTS</c>.</summary>
    public static ChildProcess StartStrato(params IEnumerable<string> arguments) => Start(Strato(arguments));

    /// <summary>Runs <c>strato ARGUMENTS</c> to its end; gives its exit code and what it wrote.</summary>
    public static async Task<(int Code, string Output, string Error)> RunStratoAsync(CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        using ChildProcess strato = StartStrato(arguments);
        int code = await strato.WaitAsync(cancellation);
        return (code, strato.Output, strato.Error);
    }

    /// <summary>Waits until its standard output, or its error, contains a text.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellation)
    {
        while (!HasSaid(text))
        {
            if (process.HasExited)
            {
                // Its last words may still be on their way: this waits for the end of its output, too.
                await process.WaitForExitAsync(cancellation);
                if (HasSaid(text))
                {
                    return;
                }

                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode} before it said '{text}': {Output}{Error}");
            }

            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>Waits for its end, and for all that it wrote; gives its exit code.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    /// <summary>Sends a signal to it alone.</summary>
    public void Send(Signal signal) => PosixProcess.Kill(Id, signal);

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
        Leftovers.Forget(this);
    }

    private bool HasSaid(string text) => Output.Contains(text, StringComparison.Ordinal) || Error.Contains(text, StringComparison.Ordinal);

    private static void Keep(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }
}
