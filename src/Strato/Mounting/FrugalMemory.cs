using System.Diagnostics;
using Strato.Posix;

namespace Strato.Mounting;

/// <summary>
/// Keeps a mount's daemon small: it is on every node, and most of what it needs to start it never needs again. Measured with 10,000 files of 124 MB, walked and read
/// with a warm cache: docs/designs/013-one-filesystem.md.
/// </summary>
internal static class FrugalMemory
{
    /// <summary>The runtime's own bound follows the processor's largest cache: tens of megabytes of garbage before the first look at it.</summary>
    private const string GarbageVariable = "DOTNET_GCgen0size";

    private const string GarbageBytes = "0x400000";

    /// <summary>Catalogs are opened by one thread and closed by another; each arena keeps what was freed in it.</summary>
    private const int Arenas = 2;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>How long it takes from the first release to the second; each later one comes after twice the time.</summary>
    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    /// <summary>What the environment of a daemon that is about to be started should have.</summary>
    public static void Prepare(ProcessStartInfo daemon) => daemon.Environment.TryAdd(GarbageVariable, GarbageBytes);

    /// <summary>In the daemon, before it has many threads.</summary>
    public static void Begin() => _ = ProcessMemory.LimitArenas(Arenas);

    /// <summary>
    /// Lets the garbage and the pages of program files go that are not used: those of starting a while after the mount serves, those of what came up once ever more rarely
    /// after that. What is used is mapped again from the page cache, in some microseconds a page.
    /// </summary>
    public static async Task ReleaseUnusedAsync(TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            for (TimeSpan rest = FirstRest; ; rest = rest + rest < LongestRest ? rest + rest : LongestRest)
            {
                await Task.Delay(Settling, clock, cancellation);
                IReadOnlySet<ProgramMapping> before = ProcessMemory.ListCleanPrograms();

                // The threads that serve allocate nothing, so the next collection may be days away.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

                // A library that is being loaded just now has been relocated by then.
                await Task.Delay(Settling, clock, cancellation);
                ProcessMemory.Release(ProcessMemory.ListCleanPrograms().Where(before.Contains));
                await Task.Delay(rest, clock, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The mount goes.
        }
    }
}
