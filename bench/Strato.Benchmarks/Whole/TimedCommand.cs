using System.Diagnostics;
using System.Globalization;

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
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        double seconds = watch.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? (seconds, peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output.Result}{error.Result}");
    }

    // The kernel keeps the maximum itself, so only its last moments can be missed.
    private static long PeakOf(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
