using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strato.Posix;

namespace Strato.Client.Nodes;

/// <summary>
/// The records and names in mapped memory, and which of them are free. Allocating and freeing take one short lock;
/// reading a record takes none and is the caller's to synchronize (<see cref="NodeTable"/> does).
/// </summary>
internal sealed unsafe class NodeStore : IDisposable
{
    private readonly FileDescriptor file;
    private readonly MemoryMap map;
    private readonly NodeLayout* header;
    private readonly NodeRecord* records;
    private readonly ByteArena names;

    // Free slots are linked through ParentSlot; the list lives in this process only.
    private uint freeSlot = NoSlot;
    private int latch;

    private NodeStore(FileDescriptor file)
    {
        this.file = file;
        MemoryMap.Create(file, NodeLayout.FileLength, writable: true, out MemoryMap? mapped).ThrowIfFailed("map the node table");
        map = mapped!;
        header = (NodeLayout*)map.Address;
        records = (NodeRecord*)(map.Address + NodeLayout.RecordsOffset);
        names = new ByteArena(map.Address + NodeLayout.NamesOffset, NodeLayout.NamesLength);
    }

    /// <summary>No slot.</summary>
    public const uint NoSlot = uint.MaxValue;

    /// <summary>The memory file, for whoever keeps it beyond this process. It stays this object's to close.</summary>
    public FileDescriptor File => file;

    /// <summary>Slots that have been used at some time; every record lies below.</summary>
    public uint UsedSlots => Volatile.Read(ref header->UsedSlots);

    /// <summary>Bytes of memory that records and names have touched.</summary>
    public long UsedBytes => NodeLayout.RecordsOffset + ((long)UsedSlots * NodeRecord.Length) + names.UsedLength;

    public static NodeStore Create()
    {
        MemoryFile.Create("strato-nodes"u8, out FileDescriptor? file).ThrowIfFailed("make the node table's memory file");
        PosixFile.Truncate(file!, NodeLayout.FileLength).ThrowIfFailed("size the node table's memory file");
        NodeStore store = new(file!);
        store.header->Magic = NodeLayout.ExpectedMagic;
        store.header->LayoutVersion = NodeLayout.Version;
        store.header->RecordLength = NodeRecord.Length;
        return store;
    }

    /// <summary>
    /// Takes over what another process left, and the descriptor: slots without an id and names without a record become free.
    /// Null where the file is not a table of this version, or its records contradict each other; the caller then starts empty.
    /// </summary>
    public static NodeStore? Adopt(FileDescriptor file)
    {
        // A shorter file would raise SIGBUS behind its end.
        if (PosixFile.GetStatus(file, out FileStatus status) != Errno.None || status.Size != NodeLayout.FileLength)
        {
            file.Dispose();
            return null;
        }

        NodeStore store = new(file);
        if (store.header->Magic == NodeLayout.ExpectedMagic
            && store.header->LayoutVersion == NodeLayout.Version
            && store.header->RecordLength == NodeRecord.Length
            && store.header->UsedSlots <= NodeLayout.MaxNodes
            && store.TryRebuild())
        {
            return store;
        }

        store.Dispose();
        return null;
    }

    public ref NodeRecord this[uint slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref records[slot];
    }

    /// <summary>The bytes of a record's name.</summary>
    public ReadOnlySpan<byte> NameOf(in NodeRecord record) => names.Read(record.NameBlock, record.NameLength);

    /// <summary>
    /// Takes a free slot and stores the name. Everything but the name is what the last owner left; the caller fills it and
    /// sets the id last. False where the table is full.
    /// </summary>
    public bool TryAllocate(ReadOnlySpan<byte> name, out uint slot)
    {
        Latch.Enter(ref latch);
        try
        {
            slot = freeSlot;
            if ((slot == NoSlot && header->UsedSlots == NodeLayout.MaxNodes) || !names.TryStore(name, out uint block))
            {
                return false;
            }

            if (slot == NoSlot)
            {
                slot = header->UsedSlots;
                Volatile.Write(ref header->UsedSlots, slot + 1);
            }
            else
            {
                freeSlot = records[slot].ParentSlot;
            }

            records[slot].NameBlock = block;
            records[slot].NameLength = (byte)name.Length;
            return true;
        }
        finally
        {
            Latch.Exit(ref latch);
        }
    }

    /// <summary>Gives a slot and its name back.</summary>
    public void Free(uint slot)
    {
        ref NodeRecord record = ref records[slot];
        Latch.Enter(ref latch);
        Volatile.Write(ref record.Id, 0);
        names.Free(record.NameBlock, record.NameLength);
        record.ParentSlot = freeSlot;
        freeSlot = slot;
        Latch.Exit(ref latch);
    }

    public void Dispose()
    {
        map.Dispose();
        file.Dispose();
    }

    private bool TryRebuild()
    {
        List<(uint Block, byte Length)> used = [];
        for (uint slot = 0; slot < header->UsedSlots; slot++)
        {
            records[slot].Children = 0;
        }

        for (uint slot = header->UsedSlots; slot-- > 0;)
        {
            ref NodeRecord record = ref records[slot];
            if (record.Id == 0)
            {
                record.ParentSlot = freeSlot;
                freeSlot = slot;
            }
            else if (record.ParentSlot >= header->UsedSlots || records[record.ParentSlot].Id != record.ParentId)
            {
                return false;
            }
            else
            {
                used.Add((record.NameBlock, record.NameLength));
                records[record.ParentSlot].Children += record.ParentSlot == slot ? 0u : 1u;
            }
        }

        used.Sort();
        return names.TryRebuild(CollectionsMarshal.AsSpan(used));
    }
}
