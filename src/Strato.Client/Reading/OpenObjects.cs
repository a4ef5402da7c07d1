using Strato.Client.Requests;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Reading;

/// <summary>
/// Open cache files by object. Open files of the mount share them, and those that nobody uses any more stay open for a while, so
/// that opening and reading a warm object again needs neither the cache nor memory. What is in use is locked, so that no process evicts it; the
/// others may be, and an open object stays readable when the cache drops it. Safe on all threads.
/// </summary>
internal sealed class OpenObjects : IDisposable
{
    private const int None = -1;

    /// <summary>How long a file that the cache has dropped, or never kept, stays open when nobody uses it: its next chunk is read soon or never.</summary>
    private const long UnlinkedIdleMilliseconds = 2000;

    /// <summary>How many bytes stay in memory, for readers in order, of objects that found no room in the cache and that nobody uses.</summary>
    private const long UncachedIdleLimit = 64 << 20;

    private readonly Lock gate = new();
    private readonly int idleLimit;
    private readonly Dictionary<CachedObject, int> slots = [];
    private Entry[] entries = new Entry[64];
    private int usedEntries;
    private int freeEntry = None;
    private int idleCount;
    private long uncachedIdleBytes;

    // The idle ones, from the one that was used last to the one to be closed next.
    private int newestIdle = None;
    private int oldestIdle = None;

    /// <summary>Nothing is open.</summary>
    /// <param name="idleLimit">How many files that nobody uses stay open.</param>
    public OpenObjects(int idleLimit) => this.idleLimit = idleLimit;

    /// <summary>Objects that are open, in use or not.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return slots.Count;
            }
        }
    }

    /// <summary>
    /// Opens an object, or counts one more user of an open one. False where it is not in the cache and was not supplied.
    /// </summary>
    /// <param name="source">The attachment's cache.</param>
    /// <param name="content">The object.</param>
    /// <param name="plainSize">Its plain length in bytes, as the catalog tells it.</param>
    /// <param name="supplied">What was fetched for this request.</param>
    /// <param name="slot">What <see cref="DescriptorAt"/> and <see cref="Release"/> take.</param>
    public bool TryAcquire(IContentSource source, in CachedObject content, long plainSize, Want? supplied, out int slot)
    {
        if (TryAcquireOpen(in content, out slot))
        {
            return true;
        }

        int descriptor = -1;
        long uncachedBytes = 0;
        if (supplied is ObjectWant fetched && fetched.TryTake(in content, out descriptor))
        {
            bool isUncached = RawDescriptor.GetStatus(descriptor, out FileStatus status) == Errno.None && status.LinkCount == 0;
            uncachedBytes = isUncached ? status.Size : 0;
        }
        else if (!source.TryOpen(in content, plainSize, out descriptor))
        {
            return false;
        }

        bool isSurplus;
        lock (gate)
        {
            // Another thread may have opened it meanwhile; its file is as good.
            isSurplus = slots.TryGetValue(content, out slot);
            if (isSurplus)
            {
                Use(slot);
            }
            else
            {
                slot = Add(in content, descriptor, uncachedBytes);
            }
        }

        if (isSurplus)
        {
            RawDescriptor.Close(descriptor);
        }

        return true;
    }

    /// <summary>The descriptor of a slot that the caller has acquired and not yet released.</summary>
    public int DescriptorAt(int slot) => Volatile.Read(ref entries)[slot].Descriptor;

    /// <summary>One user less.</summary>
    public void Release(int slot)
    {
        int closing = None;
        lock (gate)
        {
            if (--entries[slot].Users == 0)
            {
                if (entries[slot].IsDiscarded)
                {
                    closing = Free(slot);
                }
                else
                {
                    ObjectCache.Release(entries[slot].Descriptor);
                    PushIdle(slot);
                    closing = idleCount > idleLimit ? RemoveIdle(oldestIdle)
                        : uncachedIdleBytes > UncachedIdleLimit ? RemoveIdle(OldestUncached())
                        : None;
                }
            }
        }

        if (closing != None)
        {
            RawDescriptor.Close(closing);
        }
    }

    /// <summary>
    /// Has an object whose bytes were found damaged opened anew by whoever acquires it from now on. Those who use it, the caller among
    /// them, keep the slot until they release it.
    /// </summary>
    public void Discard(int slot)
    {
        lock (gate)
        {
            ref Entry entry = ref entries[slot];
            if (!entry.IsDiscarded)
            {
                entry.IsDiscarded = true;
                slots.Remove(entry.Content);
            }
        }
    }

    /// <summary>
    /// Closes the files that nobody has used for a while and the cache does not hold any more: their space, on the disk or in memory, comes
    /// back only then. Call it after evictions and from time to time.
    /// </summary>
    public void CloseUnlinked()
    {
        long until = Environment.TickCount64 - UnlinkedIdleMilliseconds;
        List<int> closing = [];
        lock (gate)
        {
            for (int slot = oldestIdle; slot != None;)
            {
                int newer = entries[slot].Newer;
                if (entries[slot].IdleSince <= until
                    && RawDescriptor.GetStatus(entries[slot].Descriptor, out FileStatus status) == Errno.None && status.LinkCount == 0)
                {
                    closing.Add(RemoveIdle(slot));
                }

                slot = newer;
            }
        }

        closing.ForEach(RawDescriptor.Close);
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (int slot in slots.Values)
            {
                RawDescriptor.Close(entries[slot].Descriptor);
            }

            slots.Clear();
            newestIdle = None;
            oldestIdle = None;
            idleCount = 0;
            uncachedIdleBytes = 0;
        }
    }

    private bool TryAcquireOpen(in CachedObject content, out int slot)
    {
        lock (gate)
        {
            if (!slots.TryGetValue(content, out slot))
            {
                return false;
            }

            Use(slot);
            return true;
        }
    }

    private void Use(int slot)
    {
        if (entries[slot].Users++ == 0)
        {
            Unlink(slot);
            ObjectCache.Hold(entries[slot].Descriptor);
        }
    }

    private int Add(in CachedObject content, int descriptor, long uncachedBytes)
    {
        int slot = freeEntry;
        if (slot != None)
        {
            freeEntry = entries[slot].Older;
        }
        else
        {
            if (usedEntries == entries.Length)
            {
                Entry[] larger = new Entry[entries.Length * 2];
                entries.CopyTo(larger, 0);
                Volatile.Write(ref entries, larger);
            }

            slot = usedEntries++;
        }

        entries[slot] = new Entry { Content = content, Descriptor = descriptor, Users = 1, UncachedBytes = uncachedBytes };
        slots.Add(content, slot);
        ObjectCache.Hold(descriptor);
        return slot;
    }

    /// <summary>There is one where <see cref="uncachedIdleBytes"/> is not 0; one goes for each that comes, so the bytes stay near their limit.</summary>
    private int OldestUncached()
    {
        int slot = oldestIdle;
        while (entries[slot].UncachedBytes == 0)
        {
            slot = entries[slot].Newer;
        }

        return slot;
    }

    private int RemoveIdle(int slot)
    {
        Unlink(slot);
        slots.Remove(entries[slot].Content);
        return Free(slot);
    }

    /// <summary>Gives an entry that is in no list back; answers the descriptor, which is to be closed.</summary>
    private int Free(int slot)
    {
        int descriptor = entries[slot].Descriptor;
        entries[slot] = new Entry { Older = freeEntry };
        freeEntry = slot;
        return descriptor;
    }

    private void PushIdle(int slot)
    {
        entries[slot].IdleSince = Environment.TickCount64;
        entries[slot].Newer = None;
        entries[slot].Older = newestIdle;
        if (newestIdle == None)
        {
            oldestIdle = slot;
        }
        else
        {
            entries[newestIdle].Newer = slot;
        }

        newestIdle = slot;
        idleCount++;
        uncachedIdleBytes += entries[slot].UncachedBytes;
    }

    private void Unlink(int slot)
    {
        (int newer, int older) = (entries[slot].Newer, entries[slot].Older);
        if (newer == None)
        {
            newestIdle = older;
        }
        else
        {
            entries[newer].Older = older;
        }

        if (older == None)
        {
            oldestIdle = newer;
        }
        else
        {
            entries[older].Newer = newer;
        }

        idleCount--;
        uncachedIdleBytes -= entries[slot].UncachedBytes;
    }

    private struct Entry
    {
        public CachedObject Content;
        public int Descriptor;
        public int Users;
        public bool IsDiscarded;
        public long UncachedBytes;
        public long IdleSince;
        public int Newer;
        public int Older;
    }
}
