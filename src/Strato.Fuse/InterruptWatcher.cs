using Strato.Posix;

namespace Strato.Fuse;

/// <summary>
/// Answers deferred requests of callers that are being killed with EINTR. The kernel sends one INTERRUPT at a caller's first signal and none
/// for a SIGKILL that follows, and a process with a harmless signal (a timer, a child's end) must not see EINTR from a file: so the callers
/// of interrupted requests are looked at now and then, until they are answered. The thread sleeps while there are none.
/// </summary>
internal sealed class InterruptWatcher
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly FuseConnection connection;
    private readonly Func<uint, bool> isDying;
    private readonly object gate = new();
    private readonly Thread thread;
    private bool woken;
    private bool stopping;

    public InterruptWatcher(FuseConnection connection, Func<uint, bool> isDying)
    {
        this.connection = connection;
        this.isDying = isDying;
        thread = new Thread(Watch) { IsBackground = true, Name = "fuse interrupts" };
    }

    public void Start() => thread.Start();

    /// <summary>There may be an interrupted request now.</summary>
    public void Wake()
    {
        lock (gate)
        {
            woken = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Ends the thread.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
    }

    private void Watch()
    {
        (ulong Unique, uint Pid)[] callers = new (ulong, uint)[64];
        int count = 0;
        while (WaitForWork(count > 0 ? Interval : Timeout.InfiniteTimeSpan))
        {
            count = connection.Deferred.CopyInterrupted(callers);
            if (count > callers.Length)
            {
                // Nobody is left out, however many harmless signals there are.
                callers = new (ulong, uint)[count * 2];
                count = connection.Deferred.CopyInterrupted(callers);
            }

            foreach ((ulong unique, uint pid) in callers.AsSpan(0, Math.Min(count, callers.Length)))
            {
                if (isDying(pid) && connection.Deferred.Remove(unique, out DeferredRequest request))
                {
                    connection.Abandon(unique, in request, Errno.EINTR);
                }
            }
        }
    }

    /// <summary>Waits until woken or until the time is over; false once the thread shall end.</summary>
    private bool WaitForWork(TimeSpan time)
    {
        lock (gate)
        {
            if (!woken && !stopping)
            {
                Monitor.Wait(gate, time);
            }

            woken = false;
            return !stopping;
        }
    }
}
