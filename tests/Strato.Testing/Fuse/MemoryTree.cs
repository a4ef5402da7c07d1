using System.Text;
using Strato.Posix;

namespace Strato.Testing.Fuse;

/// <summary>The tree that the memory file system serves, the same in the process that serves it and in the tests that look at it.</summary>
public sealed class MemoryTree
{
    /// <summary>Entries of /big.</summary>
    public const int BigDirectorySize = 10_000;

    private readonly List<MemoryNode> nodes = [];

    private MemoryTree()
    {
        Root = Directory("", null);
        AddBig();
        AddNames();
        AddFiles();
        AddLinks();
        AddAttributes();
        AddSpecial();
        AddMisbehaving();
        AddLive();
        Number(Root);
    }

    public MemoryNode Root { get; }

    /// <summary>How many nodes there are; their numbers are 1 to this.</summary>
    public int Count => nodes.Count;

    /// <summary>Sizes of the files in /files, each named by its size.</summary>
    public static IReadOnlyList<int> FileSizes { get; } = [0, 1, 511, 4095, 4096, 4097, 131_072, 131_073, 1_048_577, 5_000_011];

    public static MemoryTree Create() => new();

    /// <summary>The node of this number, or null.</summary>
    public MemoryNode? Find(ulong id) => id - 1 < (ulong)nodes.Count ? nodes[(int)(id - 1)] : null;

    /// <summary>The node at a path below the root, of printable names.</summary>
    public MemoryNode At(string path)
    {
        MemoryNode node = Root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node.Find(Encoding.UTF8.GetBytes(name)) ?? throw new ArgumentException($"the tree has no {path}", nameof(path));
        }

        return node;
    }

    /// <summary>What a file of this size holds: bytes that tell where they stand.</summary>
    public static byte[] Pattern(int size, int seed = 0)
    {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++)
        {
            bytes[i] = (byte)(i + (i >> 8) + (i >> 16) + seed);
        }

        return bytes;
    }

    private static MemoryNode Directory(string name, MemoryNode? parent, MemoryBehavior behavior = MemoryBehavior.None)
    {
        MemoryNode node = new()
        {
            Name = Encoding.UTF8.GetBytes(name),
            Mode = (uint)FileType.Directory | 0x1ED,
            LinkCount = 2,
            Behavior = behavior,
        };
        return parent?.Add(node) ?? node;
    }

    private static MemoryNode File(
        MemoryNode parent, ReadOnlySpan<byte> name, byte[] content, MemoryBehavior behavior = MemoryBehavior.None, uint mode = 0x1A4) =>
        parent.Add(new MemoryNode { Name = name.ToArray(), Mode = (uint)FileType.Regular | mode, Content = content, Behavior = behavior });

    private static void Link(MemoryNode parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) =>
        parent.Add(new MemoryNode { Name = name.ToArray(), Mode = (uint)FileType.SymbolicLink | 0x1FF, Content = target.ToArray() });

    private void Number(MemoryNode node)
    {
        nodes.Add(node);
        node.Id = (ulong)nodes.Count;
        foreach (MemoryNode child in node.Children)
        {
            Number(child);
        }
    }

    private void AddBig()
    {
        MemoryNode big = Directory("big", Root);
        for (int i = 0; i < BigDirectorySize; i++)
        {
            // Every hundredth name is as long as names can be, so that entries of all sizes meet the ends of buffers.
            string name = $"entry-{i:d5}";
            File(big, Encoding.UTF8.GetBytes(i % 100 == 0 ? name.PadRight(255, 'x') : name.PadRight(11 + (i % 40), '.')), []);
        }
    }

    private void AddNames()
    {
        MemoryNode names = Directory("names", Root);
        byte[] all = [.. Enumerable.Range(1, 255).Where(value => value != '/').Select(value => (byte)value)];
        foreach (byte value in all.Where(value => value != '.'))
        {
            File(names, [value], [value]);
        }

        File(names, all, "every byte"u8.ToArray());
        File(names, "new\nline"u8, []);
        File(names, " leading and trailing "u8, []);
        File(names, "..."u8, []);
        File(names, [0xFF, 0xFE, 0x80], []);
        Directory("directory \\ with 'quotes'", names);
    }

    private void AddFiles()
    {
        MemoryNode files = Directory("files", Root);
        foreach (int size in FileSizes)
        {
            File(files, Encoding.UTF8.GetBytes($"{size}"), Pattern(size));
        }

        File(files, "direct"u8, Pattern(1_000_003), MemoryBehavior.DirectIo);
    }

    private void AddLinks()
    {
        MemoryNode links = Directory("links", Root);
        Link(links, "relative"u8, "../files/4097"u8);
        Link(links, "dangling"u8, "/nowhere/\xff\x01"u8);
        Link(links, "longest"u8, Enumerable.Repeat((byte)'l', 4095).ToArray());
        Link(links, "loop"u8, "loop"u8);
    }

    private void AddAttributes()
    {
        MemoryNode folder = Directory("attributes", Root);
        folder.Add(new MemoryNode
        {
            Name = "file"u8.ToArray(),
            Mode = (uint)FileType.Regular | 0x1A4,
            Attributes =
            [
                ("user.short"u8.ToArray(), "value"u8.ToArray()),
                ("user.empty"u8.ToArray(), []),
                ("user.binary"u8.ToArray(), [0, 1, 0xFF, 0]),
                ("user.large"u8.ToArray(), Pattern(ExtendedAttributes.MaxSize)),
                .. Enumerable.Range(0, 200).Select(i => (Encoding.UTF8.GetBytes($"user.many.{i:d3}"), Encoding.UTF8.GetBytes($"{i}"))),
            ],
        });
        File(folder, "none"u8, []);
    }

    private void AddSpecial()
    {
        MemoryNode special = Directory("special", Root);
        special.Add(new MemoryNode { Name = "fifo"u8.ToArray(), Mode = (uint)FileType.Fifo | 0x180 });
        special.Add(new MemoryNode { Name = "socket"u8.ToArray(), Mode = (uint)FileType.Socket | 0x180 });
        special.Add(new MemoryNode { Name = "null"u8.ToArray(), Mode = (uint)FileType.CharacterDevice | 0x1B6, RawDevice = (1 << 8) | 3 });
        special.Add(new MemoryNode
        {
            Name = "everything"u8.ToArray(),
            Mode = (uint)FileType.Regular | 0xFFF,
            Content = Pattern(1025),
            Uid = 12_345,
            Gid = 54_321,
            LinkCount = 3,
            ModificationTime = new Timestamp(4_102_444_800, 999_999_999),
        });
        special.Add(new MemoryNode
        {
            Name = "before-1970"u8.ToArray(),
            Mode = (uint)FileType.Regular | 0x1A4,
            ModificationTime = new Timestamp(-1, 5),
        });
    }

    private void AddMisbehaving()
    {
        MemoryNode late = Directory("late", Root);
        MemoryNode stuck = Directory("stuck", Root);
        MemoryNode broken = Directory("broken", Root);
        (string Name, MemoryBehavior When)[] cases =
        [
            ("lookup", MemoryBehavior.OnLookup), ("attributes", MemoryBehavior.OnGetAttr), ("open", MemoryBehavior.OnOpen), ("read", MemoryBehavior.OnRead),
        ];
        foreach ((string name, MemoryBehavior when) in cases)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            File(late, bytes, Pattern(300_000, 7), when | MemoryBehavior.Late);
            File(stuck, bytes, Pattern(300_000, 8), when | MemoryBehavior.Stuck);
            File(broken, bytes, Pattern(300_000, 9), when | MemoryBehavior.Throws);
        }

        File(late, "direct"u8, Pattern(300_000, 7), MemoryBehavior.OnRead | MemoryBehavior.Late | MemoryBehavior.DirectIo);
        File(stuck, "direct"u8, Pattern(300_000, 7), MemoryBehavior.OnRead | MemoryBehavior.Stuck | MemoryBehavior.DirectIo);
        File(Directory("list", late, MemoryBehavior.OnRead | MemoryBehavior.Late), "inside"u8, []);
        File(Directory("list", broken, MemoryBehavior.OnRead | MemoryBehavior.Throws), "inside"u8, []);
    }

    /// <summary>A directory whose content another one has from the second revision on.</summary>
    private void AddLive()
    {
        MemoryNode live = Directory("live", Root);
        MemoryNode next = Directory("live-next", Root);
        live.Successor = next;
        File(live, "file"u8, "revision 1\n"u8.ToArray());
        File(live, "only-1"u8, []);
        File(next, "file"u8, "revision 2\n"u8.ToArray());
        File(next, "only-2"u8, []);
        MemoryNode sub = Directory("sub", live);
        MemoryNode nextSub = Directory("sub", next);
        sub.Successor = nextSub;
        File(sub, "inner"u8, "inner 1\n"u8.ToArray());
        File(nextSub, "inner"u8, "inner 2\n"u8.ToArray());
    }
}
