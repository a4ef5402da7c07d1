using System.Globalization;

namespace Strato.Testing.Processes;

/// <summary>The most memory that a process has had resident.</summary>
public static class PeakMemory
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for a process's end and returns its peak in bytes.</summary>
    public static async Task<long> UntilEndAsync(ChildProcess process, CancellationToken cancellation)
    {
        long peak = 0;
        Task<int> end = process.WaitAsync(cancellation);
        while (await Task.WhenAny(end, Task.Delay(Interval, cancellation)) != end)
        {
            peak = Math.Max(peak, Of(process.Id));
        }

        await end;
        return peak;
    }

    /// <summary>A process's peak in bytes so far; 0 once it has ended.</summary>
    public static long Of(int process)
    {
        try
        {
            // The kernel keeps the maximum itself, so that those who ask now and then miss the last moments only.
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
