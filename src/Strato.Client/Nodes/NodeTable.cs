using System.Diagnostics;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Client.Nodes;

/// <summary>
/// Every node that the kernel knows, by id: its attributes, content and place. A node stays while the kernel holds a
/// lookup on it or another node lies below it. All members may be called from all threads, allocate nothing once the
/// table has its size, and hold a latch only while they copy one record.
/// </summary>
internal sealed class NodeTable : IDisposable
{
    /// <summary>A path longer than this is refused; the kernel's own limit for a path in a system call is PATH_MAX, 4096.</summary>
    public const int MaxPathLength = 16 * 1024;

    private readonly NodeStore store;
    private readonly NodeIndex index;

    private NodeTable(NodeStore store)
    {
        this.store = store;
        index = new NodeIndex(store);
    }

    /// <summary>Nodes in the table, the root included.</summary>
    public int Count => index.Count;

    /// <summary>Bytes of memory that the table takes: records, names and index.</summary>
    public long UsedBytes => store.UsedBytes + index.UsedBytes;

    /// <summary>The memory file that a successor maps.</summary>
    public FileDescriptor File => store.File;

    /// <summary>
    /// The newest epoch among the records. A process that adopts a table counts on from here, so that it sees every record
    /// as one to be looked at again.
    /// </summary>
    public uint NewestEpoch { get; private init; }

    /// <summary>An empty table with a root, of which nothing but its being a directory is known.</summary>
    /// <param name="rootAttachment">The attachment that the root belongs to.</param>
    public static NodeTable Create(ushort rootAttachment)
    {
        NodeTable table = new(NodeStore.Create());
        NodeDescription root = new()
        {
            Key = RepositoryPath.Root.Key,
            Attachment = rootAttachment,
            Catalog = NodeRecord.UnknownCatalog,
            Attributes = { Mode = 0x4000 | 0x16D, LinkCount = 2 },
        };
        bool allocated = table.store.TryAllocate(default, out uint slot);
        Debug.Assert(allocated && slot == 0, "an empty table's first slot is its root's");
        table.Add(NodeIdentity.Root, slot, in root, NodeIdentity.Root, slot);
        return table;
    }

    /// <summary>Takes over the table that another process left, and its descriptor. Null where the file is not one.</summary>
    public static NodeTable? Adopt(FileDescriptor file)
    {
        NodeStore? adopted = NodeStore.Adopt(file);
        if (adopted is null)
        {
            return null;
        }

        uint newest = 0;
        for (uint slot = 0; slot < adopted.UsedSlots; slot++)
        {
            newest = adopted[slot].Id == 0 ? newest : Math.Max(newest, adopted[slot].Epoch);
        }

        NodeTable table = new(adopted) { NewestEpoch = newest };
        for (uint slot = 0; slot < adopted.UsedSlots; slot++)
        {
            if (adopted[slot].Id != 0)
            {
                table.Release(adopted[slot].Id, slot, lookups: 0, children: 0);
            }
        }

        return table;
    }

    /// <summary>Copies a node's record out. False for an id that the table does not know.</summary>
    public bool TryGet(ulong id, out NodeRecord record)
    {
        index.Enter(id);
        uint slot = index.Find(id);
        record = slot == NodeStore.NoSlot ? default : store[slot];
        index.Exit(id);
        return slot != NodeStore.NoSlot;
    }

    /// <summary>
    /// Notes that the kernel is being told of a node below <paramref name="parentId"/>, and gives the node's id. A node that
    /// is known gets one more lookup and the newer attributes. False where the parent is unknown or the table is full.
    /// </summary>
    public bool TryRemember(PathKey attachmentKey, ulong parentId, ReadOnlySpan<byte> name, in NodeDescription node, out ulong id)
    {
        id = 0;
        index.Enter(parentId);
        uint parentSlot = index.Find(parentId);
        if (parentSlot == NodeStore.NoSlot)
        {
            index.Exit(parentId);
            return false;
        }

        // Counted before the child exists, so that the parent cannot go while the child is being added.
        store[parentSlot].Children++;
        index.Exit(parentId);

        id = NodeIdentity.Of(attachmentKey, in node);
        uint fresh = NodeStore.NoSlot;
        while (true)
        {
            index.Enter(id);
            uint slot = index.Find(id);
            if (slot == NodeStore.NoSlot && fresh != NodeStore.NoSlot)
            {
                Add(id, fresh, in node, parentId, parentSlot);
                index.Exit(id);
                return true;
            }

            if (slot != NodeStore.NoSlot && NodeIdentity.IsSame(in store[slot], in node))
            {
                store[slot].Lookups++;
                Update(ref store[slot], in node);
                index.Exit(id);
                break;
            }

            index.Exit(id);
            if (slot != NodeStore.NoSlot)
            {
                id = NodeIdentity.Next(id);
            }
            else if (store.TryAllocate(name, out fresh))
            {
                index.EnsureRoom(fresh);
            }
            else
            {
                Release(parentId, parentSlot, lookups: 0, children: 1);
                return false;
            }
        }

        if (fresh != NodeStore.NoSlot)
        {
            store.Free(fresh);
        }

        Release(parentId, parentSlot, lookups: 0, children: 1);
        return true;
    }

    /// <summary>Gives a known node newer attributes. Does nothing for an unknown id or another node.</summary>
    public void Refresh(ulong id, in NodeDescription node)
    {
        index.Enter(id);
        uint slot = index.Find(id);
        if (slot != NodeStore.NoSlot && NodeIdentity.IsSame(in store[slot], in node))
        {
            Update(ref store[slot], in node);
        }

        index.Exit(id);
    }

    /// <summary>Notes which of an epoch's catalogs lists a directory, if its record is of that epoch.</summary>
    public void SetCatalog(ulong id, uint epoch, uint catalog)
    {
        index.Enter(id);
        uint slot = index.Find(id);
        if (slot != NodeStore.NoSlot && store[slot].Epoch == epoch)
        {
            store[slot].Catalog = catalog;
        }

        index.Exit(id);
    }

    /// <summary>
    /// The kernel drops <paramref name="lookups"/> of its lookups. Unknown ids and more lookups than are held are taken as
    /// they come: counts are lost when a daemon dies.
    /// </summary>
    public void Forget(ulong id, ulong lookups)
    {
        index.Enter(id);
        uint slot = index.Find(id);
        if (slot == NodeStore.NoSlot || id == NodeIdentity.Root)
        {
            index.Exit(id);
            return;
        }

        // The children count holds the record between the two latches.
        store[slot].Children++;
        index.Exit(id);
        Release(id, slot, lookups, children: 1);
    }

    /// <summary>
    /// Writes a node's path within its attachment into the end of <paramref name="buffer"/>. False for an unknown id and for
    /// a path that does not fit. The node must be one on which the kernel holds a lookup, as it does throughout a request.
    /// </summary>
    public bool TryGetPath(ulong id, Span<byte> buffer, out ReadOnlySpan<byte> path)
    {
        path = default;
        index.Enter(id);
        uint slot = index.Find(id);
        index.Exit(id);
        int start = buffer.Length;
        while (slot != NodeStore.NoSlot)
        {
            ref readonly NodeRecord record = ref store[slot];
            ref readonly NodeRecord parent = ref store[record.ParentSlot];
            if (record.Id == NodeIdentity.Root || parent.Attachment != record.Attachment)
            {
                path = buffer[start..];
                return true;
            }

            ReadOnlySpan<byte> name = store.NameOf(in record);
            if (start < name.Length + 1 || parent.Id != record.ParentId)
            {
                return false;
            }

            start -= name.Length + 1;
            buffer[start] = (byte)'/';
            name.CopyTo(buffer[(start + 1)..]);
            slot = record.ParentSlot;
        }

        return false;
    }

    /// <summary>
    /// Steps through the table while others use it: the record and name at the first used slot from
    /// <paramref name="cursor"/> on, which is moved behind it. False at the end.
    /// </summary>
    /// <param name="cursor">0 to begin.</param>
    /// <param name="nameBuffer">Takes the name; at least 255 bytes.</param>
    /// <param name="record">A copy of the record.</param>
    /// <param name="name">The name within <paramref name="nameBuffer"/>.</param>
    public bool TryStep(ref uint cursor, Span<byte> nameBuffer, out NodeRecord record, out ReadOnlySpan<byte> name)
    {
        for (; cursor < store.UsedSlots; cursor++)
        {
            ulong id = Volatile.Read(ref store[cursor].Id);
            if (id == 0)
            {
                continue;
            }

            index.Enter(id);
            if (index.Find(id) == cursor)
            {
                record = store[cursor];
                store.NameOf(in record).CopyTo(nameBuffer);
                index.Exit(id);
                name = nameBuffer[..record.NameLength];
                cursor++;
                return true;
            }

            index.Exit(id);
        }

        record = default;
        name = default;
        return false;
    }

    public void Dispose()
    {
        index.Dispose();
        store.Dispose();
    }

    private void Add(ulong id, uint slot, in NodeDescription node, ulong parentId, uint parentSlot)
    {
        ref NodeRecord record = ref store[slot];
        record.ParentId = parentId;
        record.ParentSlot = parentSlot;
        record.Lookups = 1;
        record.Children = 0;
        record.Attachment = node.Attachment;
        record.Content = node.Content;
        record.Epoch = 0;
        Update(ref record, in node);
        Volatile.Write(ref record.Id, id);
        index.Add(id, slot);
    }

    private static void Update(ref NodeRecord record, in NodeDescription node)
    {
        if (node.Epoch >= record.Epoch)
        {
            bool keepsCatalog = record.Epoch == node.Epoch && node.Catalog == NodeRecord.UnknownCatalog;
            record.Key = node.Key;
            record.Attributes = node.Attributes;
            record.Compression = node.Compression;
            record.Flags = node.Flags;
            record.Epoch = node.Epoch;
            record.Catalog = keepsCatalog ? record.Catalog : node.Catalog;
        }
    }

    private void Release(ulong id, uint slot, ulong lookups, uint children)
    {
        while (true)
        {
            index.Enter(id);
            ref NodeRecord record = ref store[slot];
            record.Lookups -= Math.Min(lookups, record.Lookups);
            record.Children -= children;
            if (record.Lookups != 0 || record.Children != 0 || id == NodeIdentity.Root)
            {
                index.Exit(id);
                return;
            }

            index.Remove(id, slot);
            ulong parentId = record.ParentId;
            uint parentSlot = record.ParentSlot;
            index.Exit(id);
            store.Free(slot);
            (id, slot, lookups, children) = (parentId, parentSlot, 0, 1);
        }
    }
}
