using System.Diagnostics;

namespace Strato.Testing.Measuring;

/// <summary>Measures what code allocates on the managed heap.</summary>
public static class Garbage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The fewest bytes that this thread allocated in any run of <paramref name="action"/>, which is repeated until it allocates nothing or
    /// some seconds are over. What the code itself allocates shows in every run; what the runtime allocates, and parts of the base
    /// library until the runtime has optimized them in the background, shows in the first ones.
    /// </summary>
    public static long Least(Action action)
    {
        action();
        long least = long.MaxValue;
        for (long begin = Stopwatch.GetTimestamp(); least > 0 && Stopwatch.GetElapsedTime(begin) < Patience;)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
