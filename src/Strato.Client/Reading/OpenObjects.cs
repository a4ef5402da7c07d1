using Strato.Client.Requests;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Reading;

/// <summary>
/// Open cache files by object. Open files of the mount share them, and those that nobody uses any more stay open for a while, so
/// that opening and reading a warm object again needs neither the cache nor memory. An open object stays readable when the
/// cache drops it. Safe on all threads.
/// </summary>
internal sealed class OpenObjects : IDisposable
{
    private const int None = -1;

    private readonly Lock gate = new();
    private readonly int idleLimit;
    private readonly Dictionary<CachedObject, int> slots = [];
    private Entry[] entries = new Entry[64];
    private int usedEntries;
    private int freeEntry = None;
    private int idleCount;

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
        if (!(supplied is ObjectWant fetched && fetched.TryTake(in content, out descriptor)) && !source.TryOpen(in content, plainSize, out descriptor))
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
                slot = Add(in content, descriptor);
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
                PushIdle(slot);
                closing = idleCount > idleLimit ? RemoveOldest() : None;
            }
        }

        if (closing != None)
        {
            RawDescriptor.Close(closing);
        }
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
        }
    }

    private int Add(in CachedObject content, int descriptor)
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

        entries[slot] = new Entry { Content = content, Descriptor = descriptor, Users = 1 };
        slots.Add(content, slot);
        return slot;
    }

    private int RemoveOldest()
    {
        int slot = oldestIdle;
        Unlink(slot);
        slots.Remove(entries[slot].Content);
        int descriptor = entries[slot].Descriptor;
        entries[slot] = new Entry { Older = freeEntry };
        freeEntry = slot;
        return descriptor;
    }

    private void PushIdle(int slot)
    {
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
    }

    private struct Entry
    {
        public CachedObject Content;
        public int Descriptor;
        public int Users;
        public int Newer;
        public int Older;
    }
}
