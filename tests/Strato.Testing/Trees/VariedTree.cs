using System.Globalization;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>
/// A tree with something of everything that a repository has to carry, the same in every run: about 400 entries and 10 MB, with files on both sides of
/// the limits of chunks of <see cref="ChunkMin"/>, <see cref="ChunkAverage"/> and <see cref="ChunkMax"/> bytes. <see cref="Change"/> turns it into a
/// second revision in which every kind of change happens.
/// </summary>
public static class VariedTree
{
    public const int ChunkMin = 64 * 1024;
    public const int ChunkAverage = 128 * 1024;
    public const int ChunkMax = 256 * 1024;

    private static readonly int[] Sizes =
    [
        0, 1, 2, 31, 32, 33, 511, 4095, 4096, 4097, 32767, 32768, ChunkMin - 1, ChunkMin, ChunkMin + 1, ChunkAverage, ChunkAverage + 1, ChunkMax - 1,
        ChunkMax, ChunkMax + 1, (3 * ChunkMax) + 17,
    ];

    /// <summary>Builds the tree in an existing or new, empty folder.</summary>
    public static void Create(string folder, TreeFeatures features)
    {
        using TreeBuilder tree = new(folder);
        AddSizes(tree);
        AddLarge(tree);
        OddNames.AddTo(tree);
        AddLinks(tree);
        AddModes(tree);
        AddTimes(tree);
        AddNested(tree);
        AddDeep(tree);
        AddSpecial(tree, features);
        if (features.HasFlag(TreeFeatures.Owners))
        {
            AddOwners(tree);
        }

        if (features.HasFlag(TreeFeatures.Attributes))
        {
            AddAttributes(tree, features);
        }
    }

    /// <summary>Changes the tree that <see cref="Create"/> made: contents, kinds, names, modes, owners, times, attributes, links; nested catalogs come and go.</summary>
    public static void Change(string folder, TreeFeatures features)
    {
        using TreeBuilder tree = new(folder);
        tree.File("large/random"u8, [.. TreeContent.Random(1, 1_500_000), 1, .. TreeContent.Random(1, 1_500_000)[1_500_000..], 2, 3]);
        tree.File("large/text"u8, TreeContent.Text(2, 700_001));
        tree.Remove("large/zeros"u8);
        tree.Rename("large/repeated"u8, "large/renamed"u8);

        tree.File("sizes/4096"u8, TreeContent.Random(4096, 4096), time: TreeBuilder.DefaultTime with { Seconds = TreeBuilder.DefaultTime.Seconds + 1 });
        tree.File("sizes/4097"u8, TreeContent.Random(7777, 4097), time: TreeBuilder.DefaultTime with { Seconds = TreeBuilder.DefaultTime.Seconds + 1 });
        tree.Permissions("sizes/32"u8, 0b100_000_000);
        tree.Remove("sizes/1"u8);
        tree.Directory("sizes/1"u8);
        tree.File("sizes/1/was-a-file"u8, "now below a directory"u8);

        tree.Remove("modes"u8);
        tree.SymbolicLink("modes"u8, "times"u8);
        tree.Remove("empty/b"u8);
        tree.File("empty/b"u8, "was a directory"u8);

        tree.Remove("nested/one/two/.cvmfscatalog"u8);
        tree.File("nested/three/.cvmfscatalog"u8, default);
        tree.File("nested/one/new"u8, "in a nested catalog"u8);
        tree.Rename("nested/moved"u8, "moved"u8);

        tree.File("links/group-a"u8, "the group's content, changed through one name"u8);
        tree.Remove("links/group-b"u8);
        tree.HardLink("links/single"u8, "links/single-again"u8);
        if (features.HasFlag(TreeFeatures.Owners))
        {
            tree.Owner("owners/1000"u8, 1001, 4242);
        }

        if (features.HasFlag(TreeFeatures.Attributes))
        {
            tree.Attribute("attributes/file"u8, "user.short"u8, "changed"u8);
            tree.Attribute("attributes/plain"u8, "user.new"u8, "added"u8);
        }
    }

    private static void AddSizes(TreeBuilder tree)
    {
        tree.Directory("sizes"u8);
        foreach (int size in Sizes)
        {
            tree.File(Name("sizes/", size), TreeContent.Random((ulong)size, size));
            tree.File(Name("sizes/text-", size), TreeContent.Text((ulong)size, size));
        }
    }

    private static void AddLarge(TreeBuilder tree)
    {
        tree.Directory("large"u8);
        tree.File("large/random"u8, TreeContent.Random(1, 3_000_000));
        tree.File("large/text"u8, TreeContent.Text(2, 1_200_000));
        tree.File("large/zeros"u8, new byte[1_000_000]);
        tree.File("large/repeated"u8, TreeContent.Repeated(3, 100_003, 900_000));
        tree.File("large/copy"u8, TreeContent.Random(1, 3_000_000), 0b111_101_101);
        tree.Sparse("large/sparse"u8, 2_000_000);
    }

    private static void AddLinks(TreeBuilder tree)
    {
        tree.Directory("links"u8);
        tree.Directory("links/other"u8);
        tree.File("links/group-a"u8, "the group's content"u8);
        tree.HardLink("links/group-a"u8, "links/group-b"u8);
        tree.HardLink("links/group-a"u8, "links/group-c"u8);
        tree.File("links/single"u8, "alone"u8);
        tree.File("links/chunked-a"u8, TreeContent.Random(11, 500_000));
        tree.HardLink("links/chunked-a"u8, "links/chunked-b"u8);
        tree.File("links/across"u8, "one file in two directories"u8);
        tree.HardLink("links/across"u8, "links/other/across"u8);
        tree.HardLink("links/across"u8, "links/other/across-again"u8);
        tree.SymbolicLink("links/relative"u8, "other/across"u8);
        tree.SymbolicLink("links/up"u8, "../sizes/4096"u8);
        tree.SymbolicLink("links/absolute"u8, "/usr/bin/env"u8);
        tree.SymbolicLink("links/dangling"u8, [.. "no such "u8, 0xff, .. " target\n"u8]);
        tree.SymbolicLink("links/loop"u8, "loop"u8);
        tree.SymbolicLink("links/long"u8, TreeContent.Text(5, 4000).AsSpan().Trim((byte)' ').ToArray());
        tree.SymbolicLink("links/old"u8, "single"u8, new Timestamp(86_400, 0));
    }

    private static void AddModes(TreeBuilder tree)
    {
        tree.Directory("modes"u8);
        foreach (uint mode in (ReadOnlySpan<uint>)[0, 0x1, 0x49, 0x80, 0x100, 0x124, 0x1B6, 0x1C0, 0x1ED, 0x1FF, 0x5ED, 0x9ED, 0xFED, 0xFFF, 0x200])
        {
            string octal = Convert.ToString(mode, 8);
            tree.File(Encoding.ASCII.GetBytes($"modes/file-{octal}"), Encoding.ASCII.GetBytes(octal), mode);
            tree.Directory(Encoding.ASCII.GetBytes($"modes/directory-{octal}"), mode);
        }
    }

    private static void AddTimes(TreeBuilder tree)
    {
        tree.Directory("times"u8, time: new Timestamp(1_000_000_000, 0));
        Timestamp[] times =
        [
            new(0, 0), new(1, 1), new(-1, 0), new(-1_000_000_000, 0), new(1_700_000_000, 999_999_999), new(1_700_000_000, 123_456_789), new(int.MaxValue, 0),
            new(1L << 31, 500_000_000), new(1L << 32, 0), new(8_000_000_000, 1_000),
        ];
        foreach (Timestamp time in times)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"times/{time.Seconds}.{time.Nanoseconds:d9}");
            tree.File(Encoding.ASCII.GetBytes(name), "when"u8, time: time);
            tree.Directory(Encoding.ASCII.GetBytes(name + "-directory"), time: time);
        }
    }

    private static void AddNested(TreeBuilder tree)
    {
        tree.Directory("empty"u8);
        tree.Directory("empty/a"u8);
        tree.Directory("empty/b"u8);
        foreach (string directory in (ReadOnlySpan<string>)["nested", "nested/one", "nested/one/two", "nested/one/two/deeper", "nested/moved", "nested/three"])
        {
            tree.Directory(Encoding.ASCII.GetBytes(directory));
            tree.File(Encoding.ASCII.GetBytes($"{directory}/content"), Encoding.ASCII.GetBytes($"content of {directory}"));
        }

        tree.File("nested/one/.cvmfscatalog"u8, default);
        tree.File("nested/one/two/.cvmfscatalog"u8, default);
        tree.File("nested/moved/.cvmfscatalog"u8, default);
        foreach (string version in (ReadOnlySpan<string>)["1.0", "1.1", "2.0", "secret"])
        {
            tree.Directory(Encoding.ASCII.GetBytes($"nested/three/{version}"));
            tree.File(Encoding.ASCII.GetBytes($"nested/three/{version}/library"), TreeContent.Text((ulong)version.Length, 20_000));
            tree.File(Encoding.ASCII.GetBytes($"nested/three/{version}/changes"), Encoding.ASCII.GetBytes(version));
        }

        tree.File(".cvmfsdirtab"u8, "# a catalog for each version\n/nested/three/*\n! /nested/three/secret\n"u8);
    }

    private static void AddDeep(TreeBuilder tree)
    {
        string path = "deep";
        tree.Directory("deep"u8);
        for (int level = 1; level <= 50; level++)
        {
            path += string.Create(CultureInfo.InvariantCulture, $"/level-{level}");
            tree.Directory(Encoding.ASCII.GetBytes(path));
        }

        tree.File(Encoding.ASCII.GetBytes(path + "/bottom"), "fifty levels down"u8);
    }

    private static void AddSpecial(TreeBuilder tree, TreeFeatures features)
    {
        tree.Directory("special"u8);
        tree.Node("special/fifo"u8, FileType.Fifo);
        tree.Node("special/socket"u8, FileType.Socket);
        if (features.HasFlag(TreeFeatures.Devices))
        {
            tree.Node("special/null"u8, FileType.CharacterDevice, FileStatus.MakeDevice(1, 3), 0b110_110_110);
            tree.Node("special/block"u8, FileType.BlockDevice, FileStatus.MakeDevice(7, 300));
        }
    }

    private static void AddOwners(TreeBuilder tree)
    {
        tree.Directory("owners"u8);
        foreach (uint id in (ReadOnlySpan<uint>)[1, 1000, 65534, 65536, int.MaxValue, uint.MaxValue - 1])
        {
            byte[] path = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"owners/{id}"));
            tree.File(path, path);
            tree.Owner(path, id, id ^ 1);
        }

        tree.SymbolicLink("owners/link"u8, "1000"u8);
        tree.Owner("owners/link"u8, 1000, 100);
        tree.Directory("owners/directory"u8);
        tree.Owner("owners/directory"u8, 12, 34);
        tree.File("owners/set-user-id"u8, "#!"u8);
        tree.Owner("owners/set-user-id"u8, 33, 33);
        tree.Permissions("owners/set-user-id"u8, 0b110_111_101_101);
    }

    private static void AddAttributes(TreeBuilder tree, TreeFeatures features)
    {
        tree.Directory("attributes"u8);
        tree.File("attributes/plain"u8, "without any"u8);
        tree.File("attributes/file"u8, "with some"u8);
        tree.Attribute("attributes/file"u8, "user.short"u8, "value"u8);
        tree.Attribute("attributes/file"u8, "user.empty"u8, default);
        tree.Attribute("attributes/file"u8, "user.binary"u8, [0, 1, 2, 0xff, 0xfe, (byte)'\n', 0]);
        tree.Attribute("attributes/file"u8, "user.longest"u8, TreeContent.Random(9, 255));
        tree.Attribute("attributes/file"u8, "user.\u00e4 odd=name"u8, "odd"u8);
        tree.File("attributes/chunked"u8, TreeContent.Random(12, 400_000));
        tree.Attribute("attributes/chunked"u8, "user.kind"u8, "chunked"u8);
        tree.Directory("attributes/directory"u8);
        tree.Attribute("attributes/directory"u8, "user.kind"u8, "directory"u8);
        if (features.HasFlag(TreeFeatures.Devices))
        {
            tree.SymbolicLink("attributes/link"u8, "file"u8);
            tree.Attribute("attributes/link"u8, "trusted.kind"u8, "link"u8);
            tree.File("attributes/capable"u8, "#!"u8, TreeBuilder.DirectoryPermissions);

            // VFS_CAP_REVISION_2 with the effective bit, CAP_NET_RAW permitted (linux/capability.h).
            tree.Attribute("attributes/capable"u8, "security.capability"u8, [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }
    }

    private static byte[] Name(string prefix, int number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}"));
}
