namespace Strato.Client.Reading;

/// <summary>
/// Open files by the handles that the kernel sends back. A handle holds the generation of its slot, so that one that comes
/// after its release finds nothing. Safe on all threads; allocates only to have more files open than ever before.
/// </summary>
internal sealed class OpenFiles
{
    private readonly Lock gate = new();
    private readonly Stack<int> free = [];
    private OpenFile[] files = [];

    /// <summary>Files that are open.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a slot for a file that is about to be opened; <see cref="Release"/> gives it back, also where opening fails.</summary>
    public OpenFile Take(out ulong handle)
    {
        lock (gate)
        {
            if (!free.TryPop(out int slot))
            {
                slot = Grow();
            }

            Count++;
            OpenFile file = files[slot];
            handle = ((ulong)file.Generation << 32) | (uint)slot;
            return file;
        }
    }

    /// <summary>The open file of a handle; null for one that is not open.</summary>
    public OpenFile? Find(ulong handle)
    {
        OpenFile[] known = Volatile.Read(ref files);
        uint slot = (uint)handle;
        return slot < known.Length && known[slot].Generation == handle >> 32 ? known[slot] : null;
    }

    /// <summary>Closes a handle.</summary>
    public void Release(ulong handle)
    {
        lock (gate)
        {
            if (Find(handle) is { } file)
            {
                file.Close();
                free.Push((int)(uint)handle);
                Count--;
            }
        }
    }

    private int Grow()
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
        return free.Pop();
    }
}
