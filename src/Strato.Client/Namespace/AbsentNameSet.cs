using System.Buffers.Binary;

namespace Strato.Client.Namespace;

/// <summary>A set of names in directories, of a fixed size that never grows. Not synchronized; the owner locks.</summary>
internal sealed class AbsentNameSet
{
    private const int HeadSize = sizeof(ulong) + sizeof(byte);

    private readonly byte[] entries;
    private readonly int[] slots;
    private int used = 1;

    /// <summary>An empty set.</summary>
    /// <param name="capacity">Bytes for all names, each with nine more.</param>
    public AbsentNameSet(int capacity)
    {
        // More slots than even the shortest names could fill. Position 0 of the entries marks an empty slot.
        entries = new byte[capacity];
        slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(capacity / HeadSize) + 1)];
    }

    public bool IsEmpty => used == 1;

    /// <summary>Adds a name; false where there is no room for one that is not in yet.</summary>
    public bool TryAdd(ulong parent, ReadOnlySpan<byte> name)
    {
        int mask = slots.Length - 1;
        int slot = Hash(parent, name) & mask;
        while (slots[slot] != 0)
        {
            if (Is(slots[slot], parent, name))
            {
                return true;
            }

            slot = (slot + 1) & mask;
        }

        if (entries.Length - used < HeadSize + name.Length)
        {
            return false;
        }

        slots[slot] = used;
        BinaryPrimitives.WriteUInt64LittleEndian(entries.AsSpan(used), parent);
        entries[used + sizeof(ulong)] = (byte)name.Length;
        name.CopyTo(entries.AsSpan(used + HeadSize));
        used += HeadSize + name.Length;
        return true;
    }

    /// <summary>Steps through the names; begin with zero.</summary>
    public bool TryStep(ref int cursor, out ulong parent, out ReadOnlySpan<byte> name)
    {
        int position = Math.Max(cursor, 1);
        if (position >= used)
        {
            parent = 0;
            name = default;
            return false;
        }

        parent = BinaryPrimitives.ReadUInt64LittleEndian(entries.AsSpan(position));
        name = NameAt(position);
        cursor = position + HeadSize + name.Length;
        return true;
    }

    public void Clear()
    {
        used = 1;
        Array.Clear(slots);
    }

    private static int Hash(ulong parent, ReadOnlySpan<byte> name)
    {
        HashCode code = default;
        code.Add(parent);
        code.AddBytes(name);
        return code.ToHashCode();
    }

    private bool Is(int position, ulong parent, ReadOnlySpan<byte> name) =>
        BinaryPrimitives.ReadUInt64LittleEndian(entries.AsSpan(position)) == parent && NameAt(position).SequenceEqual(name);

    private ReadOnlySpan<byte> NameAt(int position) => entries.AsSpan(position + HeadSize, entries[position + sizeof(ulong)]);
}
