using System.Diagnostics;
using Strato.Testing.Processes;

namespace Strato.Benchmarks.Whole;

/// <summary>Runs a whole command and measures it.</summary>
internal static class TimedCommand
{
    /// <summary>Runs a line of shell; gives the wall-clock seconds.</summary>
    /// <exception cref="InvalidOperationException">It ended with anything but 0.</exception>
    public static double Shell(string line) => Run("/bin/bash", ["-o", "pipefail", "-c", line]).Seconds;

    /// <summary>Runs a program; gives the wall-clock seconds and its largest resident size in bytes.</summary>
    /// <exception cref="InvalidOperationException">It ended with anything but 0.</exception>
    public static (double Seconds, long PeakMemory) Run(string program, IEnumerable<string> arguments)
    {
        long peak = 0;
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        while (!process.WaitForExit(10))
        {
            peak = Math.Max(peak, PeakMemory.Of(process.Id));
        }

        double seconds = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? (seconds, peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output.Result}{error.Result}");
    }
}
