namespace Strato.Client.Reading;

/// <summary>
/// Open files by the handles that the kernel sends back. A handle holds the generation of its slot, so that one that comes
/// after its release finds nothing. What a successor process needs of them is written down before the kernel learns a handle. Safe on all
/// threads; allocates only to have more files open than ever before.
/// </summary>
internal sealed class OpenFiles : IDisposable
{
    /// <summary>A request that is sent again has this bit in its number.</summary>
    private const ulong ResentBit = 1UL << 63;

    private readonly Lock gate = new();
    private readonly OpenFileStore store;
    private readonly Passthrough passthrough;
    private readonly Stack<int> free = [];

    // Of the files that a predecessor opened: an OPEN that comes again had no answer, so its handle is nobody's.
    private readonly Dictionary<ulong, ulong> adopted = [];
    private OpenFile[] files = [];

    /// <summary>Nothing is open.</summary>
    public OpenFiles(Passthrough passthrough)
        : this(passthrough, OpenFileStore.Create())
    {
    }

    /// <summary>What the store says is open. The store is this object's from now on.</summary>
    public OpenFiles(Passthrough passthrough, OpenFileStore store)
    {
        this.passthrough = passthrough;
        this.store = store;
        while (files.Length < store.UsedSlots)
        {
            Grow();
        }

        free.Clear();
        for (int slot = files.Length - 1; slot >= 0; slot--)
        {
            Restore(slot);
        }
    }

    /// <summary>Files that are open.</summary>
    public int Count { get; private set; }

    /// <summary>The memory file that a successor takes over.</summary>
    public Posix.FileDescriptor File => store.File;

    /// <summary>Takes a slot for a file that is about to be opened; <see cref="Release"/> gives it back, also where opening fails.</summary>
    public OpenFile Take(ulong unique, out ulong handle)
    {
        if ((unique & ResentBit) != 0)
        {
            ReleaseUnanswered(unique & ~ResentBit);
        }

        lock (gate)
        {

            if (free.Count == 0)
            {
                Grow();
            }

            int slot = free.Pop();
            Count++;
            OpenFile file = files[slot];
            handle = HandleOf(slot, file);
            return file;
        }
    }

    /// <summary>Writes down what was opened, before the kernel is told. False where there is no room for it.</summary>
    public bool TryRecord(ulong handle, ulong unique, OpenFile file)
    {
        lock (gate)
        {
            return store.TryUse((uint)handle) && store.TryWrite((uint)handle, unique & ~ResentBit, file);
        }
    }

    /// <summary>The open file of a handle; null for one that is not open.</summary>
    public OpenFile? Find(ulong handle)
    {
        OpenFile[] known = Volatile.Read(ref files);
        uint slot = (uint)handle;
        return slot < known.Length && known[slot].Generation == handle >> 32 ? known[slot] : null;
    }

    /// <summary>The files that are open, one for each handle that the kernel has.</summary>
    public IReadOnlyList<OpenedFile> List()
    {
        List<OpenedFile> open = [];
        lock (gate)
        {
            for (int slot = 0; slot < Math.Min(files.Length, store.UsedSlots); slot++)
            {
                if (store[(uint)slot].State != OpenFileState.Free)
                {
                    OpenFile file = files[slot];
                    open.Add(new OpenedFile(file.OpenedNode != 0 ? file.OpenedNode : file.NodeId, file.Size, file.BackingId != Passthrough.None));
                }
            }
        }

        return open;
    }

    /// <summary>Closes a handle.</summary>
    public void Release(ulong handle)
    {
        ulong counted;
        lock (gate)
        {
            counted = ReleaseLocked(handle);
        }

        // After the record has gone: a successor must not name a backing file that the kernel has forgotten. Not under the lock, for which the
        // next open would wait.
        if (counted != 0)
        {
            passthrough.Leave(counted);
        }
    }

    public void Dispose() => store.Dispose();

    private static ulong HandleOf(int slot, OpenFile file) => ((ulong)file.Generation << 32) | (uint)slot;

    private void ReleaseUnanswered(ulong unique)
    {
        bool isKnown;
        ulong unanswered;
        lock (gate)
        {
            isKnown = adopted.Remove(unique, out unanswered);
        }

        if (isKnown)
        {
            Release(unanswered);
        }
    }

    /// <summary>Answers the node whose open was counted, 0 for none.</summary>
    private ulong ReleaseLocked(ulong handle)
    {
        if (Find(handle) is not { } file)
        {
            return 0;
        }

        ulong counted = file.NodeId;
        file.Close();
        if ((uint)handle < store.UsedSlots)
        {
            store.Clear((uint)handle, file.Generation);
        }

        free.Push((int)(uint)handle);
        Count--;
        return counted;
    }

    private void Restore(int slot)
    {
        if (slot >= store.UsedSlots)
        {
            free.Push(slot);
            return;
        }

        OpenFile file = files[slot];
        ref readonly OpenFileRecord record = ref store[(uint)slot];
        file.Generation = Math.Max(1, record.Generation);
        if (record.State == OpenFileState.Free)
        {
            free.Push(slot);
            return;
        }

        store.Read((uint)slot, file);
        if (file.NodeId != 0)
        {
            passthrough.Adopt(file.NodeId, file.BackingId);
        }

        adopted[record.Unique] = HandleOf(slot, file);
        Count++;
    }

    private void Grow()
    {
        int first = files.Length;
        OpenFile[] larger = new OpenFile[Math.Max(64, first * 2)];
        files.CopyTo(larger, 0);
        for (int slot = larger.Length - 1; slot >= first; slot--)
        {
            larger[slot] = new OpenFile();
            free.Push(slot);
        }

        Volatile.Write(ref files, larger);
    }
}
