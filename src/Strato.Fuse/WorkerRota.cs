using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Strato.Fuse;

/// <summary>
/// Decides which workers wait for requests. One does as a rule, and serves what is quick by itself: a caller that asks for one thing after the other is
/// then answered by a thread that is awake. Others are called where a request may wait for the disk, where requests queue up, and where one that
/// should have been quick is not (docs/designs/008-fuse-connection.md). Safe on all threads; allocates nothing once it is running.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphores own nothing until somebody asks for their wait handles, and threads may wait on them to the end.")]
internal sealed class WorkerRota
{
    /// <summary>How long a worker looks out for the next request before it sleeps, while requests come so fast.</summary>
    private static readonly long LookoutTicks = Stopwatch.Frequency * 50 / 1_000_000;

    /// <summary>How often the sentinel looks, in milliseconds: others wait at most twice as long for a request that hangs.</summary>
    private const int SentinelInterval = 2;

    /// <summary>Looks without a request after which the sentinel sleeps.</summary>
    private const int QuietLooks = 5;

    /// <summary>Requests that were there already, one after the other, before another worker is called.</summary>
    private const int QueueLimit = 3;

    private const int MaximumHaste = 8;
    private const int Everybody = 1 << 16;

    private readonly SemaphoreSlim parking = new(0);
    private readonly SemaphoreSlim alarm = new(0);
    private readonly Func<long> requestsRead;
    private readonly bool mayLookOut;
    private int waiting;
    private int parked;
    private int queued;
    private int haste;
    private int isSentinelAsleep;
    private int isOver;

    /// <summary>Nobody waits yet.</summary>
    /// <param name="requestsRead">How many requests all workers have read.</param>
    /// <param name="processors">With one processor looking out would keep the caller from going on.</param>
    public WorkerRota(Func<long> requestsRead, int processors)
    {
        this.requestsRead = requestsRead;
        mayLookOut = processors > 1;
    }

    /// <summary>Workers that are not needed now.</summary>
    public int Parked => Volatile.Read(ref parked);

    private bool IsOver => Volatile.Read(ref isOver) != 0;

    /// <summary>Returns when the calling worker is one to wait for a request.</summary>
    public void BeginWaiting()
    {
        while (Interlocked.Increment(ref waiting) > 1 && !IsOver)
        {
            if (Interlocked.Decrement(ref waiting) > 0)
            {
                // The one that waits may take its request just now and see nobody parked: then the sentinel calls.
                Interlocked.Increment(ref parked);
                parking.Wait();
            }
        }
    }

    /// <summary>Looks out for a request for a moment, if they have come that fast; then it is time to sleep in read(2).</summary>
    /// <param name="isReadable">Whether a request is there.</param>
    /// <returns>When the waiting began, for <see cref="EndWaiting"/>.</returns>
    public long LookOut(Func<bool> isReadable)
    {
        long begun = Stopwatch.GetTimestamp();
        if (!mayLookOut || haste == 0)
        {
            return begun;
        }

        if (isReadable())
        {
            CountQueued();
            return begun;
        }

        queued = 0;
        while (Stopwatch.GetTimestamp() - begun < LookoutTicks)
        {
            Thread.SpinWait(8);
            if (isReadable())
            {
                return begun;
            }
        }

        return begun;
    }

    /// <summary>A request was read; sees to it that another worker waits where this one may take long.</summary>
    /// <param name="begun">What <see cref="LookOut"/> answered.</param>
    /// <param name="maySleep">The request may wait for the disk.</param>
    public void EndWaiting(long begun, bool maySleep)
    {
        haste = Stopwatch.GetTimestamp() - begun < LookoutTicks ? Math.Min(MaximumHaste, haste + 1) : Math.Max(0, haste - 2);
        if (Interlocked.Decrement(ref waiting) > 0)
        {
            return;
        }

        if (maySleep)
        {
            CallAnother();
        }

        if (Volatile.Read(ref isSentinelAsleep) != 0 && Interlocked.Exchange(ref isSentinelAsleep, 0) != 0)
        {
            alarm.Release();
        }
    }

    /// <summary>The sentinel's work, on a thread of its own, until <see cref="Dismiss"/>.</summary>
    public void Watch()
    {
        long before = -1;
        for (int quiet = 0; !IsOver;)
        {
            Thread.Sleep(SentinelInterval);
            long now = requestsRead();
            if (now != before)
            {
                before = now;
                quiet = 0;
            }
            else if (Volatile.Read(ref waiting) == 0)
            {
                // Everybody has served one request for a whole interval.
                CallAnother();
            }
            else if (++quiet >= QuietLooks)
            {
                quiet = 0;
                Interlocked.Exchange(ref isSentinelAsleep, 1);
                if (requestsRead() == now && !IsOver)
                {
                    alarm.Wait();
                }

                Volatile.Write(ref isSentinelAsleep, 0);
            }
        }
    }

    /// <summary>A worker's read has failed, as those of the others will: nobody waits for their turn any more.</summary>
    public void Dismiss()
    {
        if (Interlocked.Exchange(ref isOver, 1) == 0)
        {
            parking.Release(Everybody);
            alarm.Release();
        }
    }

    private void CountQueued()
    {
        if (++queued >= QueueLimit)
        {
            queued = 0;
            CallAnother();
        }
    }

    private void CallAnother()
    {
        int count = Volatile.Read(ref parked);
        while (count > 0)
        {
            int seen = Interlocked.CompareExchange(ref parked, count - 1, count);
            if (seen == count)
            {
                parking.Release();
                return;
            }

            count = seen;
        }
    }
}
