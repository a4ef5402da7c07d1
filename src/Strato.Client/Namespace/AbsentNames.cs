using Strato.Client.Nodes;
using Strato.Fuse;

namespace Strato.Client.Namespace;

/// <summary>
/// The names of which the kernel was told that they are not there, so that it can be told to look again: a name that is not there has no node,
/// and the one message that expires all names (INC_EPOCH) would detach what is mounted on a directory (docs/fuse-notes.md). Bounded: once it
/// is full, absences are kept by the kernel for a short time only. Safe on all threads; remembering allocates nothing.
/// </summary>
internal sealed class AbsentNames
{
    /// <summary>Some 15,000 names of common length, as many as a large program looks for in vain.</summary>
    private const int Capacity = 512 * 1024;

    private int latch;
    private AbsentNameSet current;
    private AbsentNameSet previous;
    private AbsentNameSet spare;

    /// <summary>No names yet.</summary>
    /// <param name="capacity">Bytes of names that are remembered at a time.</param>
    public AbsentNames(int capacity = Capacity)
    {
        current = new AbsentNameSet(capacity);
        previous = new AbsentNameSet(capacity);
        spare = new AbsentNameSet(capacity);
    }

    /// <summary>Remembers a name before the kernel is told; false where there is no room.</summary>
    public bool TryRemember(ulong parent, ReadOnlySpan<byte> name)
    {
        Latch.Enter(ref latch);
        try
        {
            return current.TryAdd(parent, name);
        }
        finally
        {
            Latch.Exit(ref latch);
        }
    }

    /// <summary>
    /// Has the kernel look up again what was remembered since the call before the last one, and forgets what the last call expired already: an
    /// answer on its way during one call is expired by the next. One caller at a time, none that serves requests.
    /// </summary>
    public void Expire(FuseNotifier notifier)
    {
        AbsentNameSet last = previous;
        Latch.Enter(ref latch);
        previous = current;
        current = spare;
        Latch.Exit(ref latch);
        Expire(last, notifier);
        Expire(previous, notifier);
        last.Clear();
        spare = last;
    }

    private static void Expire(AbsentNameSet names, FuseNotifier notifier)
    {
        int cursor = 0;
        while (names.TryStep(ref cursor, out ulong parent, out ReadOnlySpan<byte> name))
        {
            notifier.ExpireEntry(parent, name);
        }
    }
}
