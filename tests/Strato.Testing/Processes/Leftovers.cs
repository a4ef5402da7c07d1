using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Strato.Testing.Processes;

/// <summary>
/// What has to be taken away even where the tests' process is told to end in the midst of a test (SIGTERM, SIGINT, a time limit of whoever runs it): mounts, processes
/// and directories outlive it otherwise. Whatever was made last goes first.
/// </summary>
internal static class Leftovers
{
    private static readonly ConcurrentDictionary<IDisposable, long> Living = new(ReferenceEqualityComparer.Instance);
    private static readonly PosixSignalRegistration[] Signals = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, End), PosixSignalRegistration.Create(PosixSignal.SIGHUP, End)];
    private static long last;

    static Leftovers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveAll();

    /// <summary>Has something disposed of at the process's end, unless <see cref="Forget"/> comes first.</summary>
    public static void Remember(IDisposable one) => Living[one] = Interlocked.Increment(ref last);

    /// <summary>It has been disposed of.</summary>
    public static void Forget(IDisposable one) => Living.TryRemove(one, out _);

    /// <summary>The process ends when this returns: without a handler a signal would end it at once.</summary>
    private static void End(PosixSignalContext context)
    {
        RemoveAll();
        GC.KeepAlive(Signals);
    }

    private static void RemoveAll()
    {
        foreach (IDisposable one in Living.OrderByDescending(pair => pair.Value).Select(pair => pair.Key))
        {
            try
            {
                // One of those that went before it may have taken it along.
                if (Living.TryRemove(one, out _))
                {
                    one.Dispose();
                }
            }
            catch (Exception error)
            {
                // The others go all the same.
                Console.Error.WriteLine($"cannot clean up: {error.Message}");
            }
        }
    }
}
