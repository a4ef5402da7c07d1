using Strato.Core.Hashing;

namespace Strato.Publishing.Traversal;

/// <summary>Names of objects in one array, found by their hash, which is as good as random already. One thread.</summary>
/// <param name="expected">How many names there will be at least.</param>
internal sealed class NameTable(int expected)
{
    private ObjectName[] slots = new ObjectName[Math.Max(16, expected + (expected / 4))];

    /// <summary>The names in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a name; false where it is in.</summary>
    public bool Add(in ObjectName name)
    {
        int slot = Find(slots, name);
        if (!slots[slot].Hash.IsNull)
        {
            return false;
        }

        // Linear probing stays short up to here.
        if (Count >= slots.Length / 5 * 4)
        {
            Grow();
            slot = Find(slots, name);
        }

        slots[slot] = name;
        Count++;
        return true;
    }

    /// <summary>True where the name is in.</summary>
    public bool Contains(in ObjectName name) => !slots[Find(slots, name)].Hash.IsNull;

    /// <summary>The names by rising hash and kind. The table may not be used afterwards: its array is what is returned, shortened.</summary>
    public ObjectName[] ToSorted()
    {
        ObjectName[] names = new ObjectName[Count];
        int count = 0;
        foreach (ref readonly ObjectName name in slots.AsSpan())
        {
            if (!name.Hash.IsNull)
            {
                names[count++] = name;
            }
        }

        Array.Sort(names, NameOrder.Instance);
        return names;
    }

    // The bits behind the first four, which a shard's names have in common.
    private static int Find(ObjectName[] slots, in ObjectName name)
    {
        uint bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(name.Hash.Bytes[8..]) ^ ((uint)name.Kind << 24);
        int slot = (int)(((ulong)bits * (ulong)slots.Length) >> 32);
        while (!slots[slot].Hash.IsNull && slots[slot] != name)
        {
            slot = slot + 1 == slots.Length ? 0 : slot + 1;
        }

        return slot;
    }

    private void Grow()
    {
        ObjectName[] larger = new ObjectName[slots.Length + (slots.Length / 2) + 16];
        foreach (ref readonly ObjectName name in slots.AsSpan())
        {
            if (!name.Hash.IsNull)
            {
                larger[Find(larger, name)] = name;
            }
        }

        slots = larger;
    }
}
