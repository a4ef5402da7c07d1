using Strato.Posix;

namespace Strato.Client.Reading;

/// <summary>
/// Decides for each open of a node whether the kernel reads its object by itself. While a node is open all its opens have to be alike, with one
/// backing file, or open(2) fails with EIO; so the first open decides, and later ones do as it did. Safe on all threads; allocates only
/// to have more nodes open than ever before.
/// </summary>
internal sealed class Passthrough
{
    /// <summary>The kernel reads through this process.</summary>
    public const int None = 0;

    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Use> uses = [];
    private readonly Action<string> notice;
    private IBackingFiles? backing;

    // The last one that was told, an Errno.
    private int refusal;
    private long opens;

    /// <summary>Nothing is open, and nothing is passed through before <see cref="Connect"/>.</summary>
    /// <param name="notice">Told in one line, once, where the kernel refuses a file of the cache.</param>
    public Passthrough(Action<string> notice) => this.notice = notice;

    /// <summary>Whether the kernel may be asked.</summary>
    public bool IsOn => Volatile.Read(ref backing) is not null;

    /// <summary>Nodes whose object the kernel reads by itself now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return uses.Values.Count(use => use.BackingId != None);
            }
        }
    }

    /// <summary>Opens so far after which the kernel reads by itself.</summary>
    public long Opens => Volatile.Read(ref opens);

    /// <summary>From now on the kernel may be asked to read by itself.</summary>
    public void Connect(IBackingFiles kernel) => Volatile.Write(ref backing, kernel);

    /// <summary>
    /// Counts one more open of a node. Answers the backing file to name in the reply, or <see cref="None"/> where the node is read through this
    /// process.
    /// </summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="descriptor">What reads its whole content; negative where nothing does.</param>
    public int Enter(ulong nodeId, int descriptor)
    {
        if (TryJoin(nodeId, out int backingId))
        {
            return backingId;
        }

        // The kernel is not asked under the lock, for which every other open would wait.
        int opened = Register(descriptor);
        lock (gate)
        {
            if (!TryJoin(nodeId, out backingId))
            {
                uses.Add(nodeId, new Use(opened, 1));
                CountOpen(opened);
                return opened;
            }
        }

        // Another thread was first.
        Unregister(opened);
        return backingId;
    }

    /// <summary>Counts an open that a predecessor answered.</summary>
    public void Adopt(ulong nodeId, int backingId)
    {
        lock (gate)
        {
            int before = uses.TryGetValue(nodeId, out Use use) ? use.Opens : 0;
            uses[nodeId] = new Use(backingId, before + 1);
        }
    }

    /// <summary>Counts one open less; the kernel has closed it already.</summary>
    public void Leave(ulong nodeId)
    {
        int last = None;
        lock (gate)
        {
            if (!uses.TryGetValue(nodeId, out Use use))
            {
                return;
            }

            if (use.Opens > 1)
            {
                uses[nodeId] = use with { Opens = use.Opens - 1 };
            }
            else
            {
                uses.Remove(nodeId);
                last = use.BackingId;
            }
        }

        Unregister(last);
    }

    private bool TryJoin(ulong nodeId, out int backingId)
    {
        lock (gate)
        {
            if (!uses.TryGetValue(nodeId, out Use use))
            {
                backingId = None;
                return false;
            }

            uses[nodeId] = use with { Opens = use.Opens + 1 };
            CountOpen(use.BackingId);
            backingId = use.BackingId;
            return true;
        }
    }

    private int Register(int descriptor)
    {
        if (descriptor < 0 || Volatile.Read(ref backing) is not { } kernel)
        {
            return None;
        }

        Errno errno = kernel.Open(descriptor, out int opened);
        if (errno == Errno.None)
        {
            return opened;
        }

        if (Interlocked.Exchange(ref refusal, (int)errno) != (int)errno)
        {
            notice($"the kernel does not read files of the cache by itself ({errno.Describe()}): they are read through this process");
        }

        return None;
    }

    private void Unregister(int backingId)
    {
        if (backingId != None)
        {
            // A failure means that the connection has ended, and the kernel's table with it.
            _ = Volatile.Read(ref backing)?.Close(backingId);
        }
    }

    private void CountOpen(int backingId) => Volatile.Write(ref opens, opens + (backingId == None ? 0 : 1));

    private readonly record struct Use(int BackingId, int Opens);
}
