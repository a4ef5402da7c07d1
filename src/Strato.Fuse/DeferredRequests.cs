using Strato.Fuse.Protocol;

namespace Strato.Fuse;

/// <summary>
/// The requests that wait for a completion. Being in here is the right to write a request's reply: whoever removes it (its completion, or its
/// caller's death) answers, so that no request is answered twice. Safe on any thread.
/// </summary>
internal sealed class DeferredRequests
{
    private const int RememberedInterrupts = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<ulong, DeferredRequest> waiting = new(capacity: 256);
    private readonly ulong[] early = new ulong[RememberedInterrupts];
    private int nextEarly;
    private int interrupted;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>A request leaves its worker; true where another worker has read an INTERRUPT for it before.</summary>
    public bool Add(in FuseInHeader header, long started)
    {
        lock (gate)
        {
            int index = Array.IndexOf(early, header.Unique);
            if (index >= 0)
            {
                early[index] = 0;
                interrupted++;
            }

            // A request that the kernel has sent again meanwhile takes the place of its first time, whose answer nobody waits for.
            interrupted -= waiting.TryGetValue(header.Unique, out DeferredRequest before) && before.IsInterrupted ? 1 : 0;
            waiting[header.Unique] = new DeferredRequest(header.Opcode, started, header.Pid, index >= 0);
            return index >= 0;
        }
    }

    /// <summary>True where the caller now has the right to reply.</summary>
    public bool Remove(ulong unique, out DeferredRequest request)
    {
        lock (gate)
        {
            if (!waiting.Remove(unique, out request))
            {
                return false;
            }

            interrupted -= request.IsInterrupted ? 1 : 0;
            return true;
        }
    }

    /// <summary>
    /// Notes that a request's caller got a signal. A request that is not here is being served on another worker, or its reply is on the way; the
    /// interrupt is remembered for the former.
    /// </summary>
    public void Interrupt(ulong unique)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(unique, out DeferredRequest request))
            {
                early[nextEarly] = unique;
                nextEarly = (nextEarly + 1) % early.Length;
            }
            else if (!request.IsInterrupted)
            {
                waiting[unique] = request with { IsInterrupted = true };
                interrupted++;
            }
        }
    }

    /// <summary>Copies the interrupted ones that fit; how many there are in all.</summary>
    public int CopyInterrupted(Span<(ulong Unique, uint Pid)> destination)
    {
        lock (gate)
        {
            if (interrupted == 0)
            {
                return 0;
            }

            int copied = 0;
            foreach ((ulong unique, DeferredRequest request) in waiting)
            {
                if (request.IsInterrupted && copied < destination.Length)
                {
                    destination[copied++] = (unique, request.Pid);
                }
            }

            return interrupted;
        }
    }
}
