using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>One file, directory or link of the memory file system. Immutable once the tree is served.</summary>
public sealed class MemoryNode
{
    private readonly List<MemoryNode> added = [];
    private MemoryNode[]? sorted;

    public required byte[] Name { get; init; }

    /// <summary>Type and permissions.</summary>
    public required uint Mode { get; init; }

    /// <summary>A file's bytes, a link's target.</summary>
    public byte[] Content { get; init; } = [];

    public Timestamp ModificationTime { get; init; } = new(1_600_000_000, 123_456_789);

    public uint Uid { get; init; }

    public uint Gid { get; init; }

    public uint LinkCount { get; init; } = 1;

    /// <summary>Of a device node.</summary>
    public uint RawDevice { get; init; }

    /// <summary>Extended attributes by name; the order is the listing's.</summary>
    public (byte[] Name, byte[] Value)[] Attributes { get; init; } = [];

    public MemoryBehavior Behavior { get; init; }

    /// <summary>The node's number, given by <see cref="MemoryTree"/>; the root's is 1.</summary>
    public ulong Id { get; internal set; }

    public MemoryNode? Parent { get; private set; }

    /// <summary>The directory whose content this one shows from the second revision on, under its own number.</summary>
    public MemoryNode? Successor
    {
        get;
        set
        {
            field = value;
            value?.Predecessor = this;
        }
    }

    /// <summary>The directory that shows this one's content in the second revision.</summary>
    public MemoryNode? Predecessor { get; private set; }

    public bool IsDirectory => (Mode & 0xF000) == (uint)FileType.Directory;

    /// <summary>Sorted by the names' bytes.</summary>
    public IReadOnlyList<MemoryNode> Children => Sorted;

    private MemoryNode[] Sorted => sorted ??= [.. added.Order(Comparer<MemoryNode>.Create((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name)))];

    /// <summary>Puts a node into this directory and gives it back.</summary>
    public MemoryNode Add(MemoryNode child)
    {
        child.Parent = this;
        added.Add(child);
        sorted = null;
        return child;
    }

    /// <summary>The entry of this name, or null.</summary>
    public MemoryNode? Find(ReadOnlySpan<byte> name)
    {
        MemoryNode[] children = Sorted;
        int low = 0;
        int high = children.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = name.SequenceCompareTo(children[middle].Name);
            if (order == 0)
            {
                return children[middle];
            }

            (low, high) = order > 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
