using System.Globalization;
using System.Text;
using Strato.Posix;
using Strato.Testing.Trees;

namespace Strato.Testing.Conformance;

/// <summary>
/// The tree that the conformance kit expects, the same in every run. Needs root and a file system with extended attributes and holes. Its numbers and names
/// stand in Kit/ too. <see cref="ConformanceChange"/> makes the second revision.
/// </summary>
internal static class ConformanceTree
{
    public const int WholeLength = 50_000;
    public const int ChunkedLength = 1_000_003;
    public const long LargeLength = (1L << 32) + 65_536 + 3;
    public const int ListedCount = 2_000;

    private const int BigCount = 100_000;
    private const int ManyCount = 3_000;
    private const int PageLength = 4096;
    private const int MarkLength = 2 * PageLength;
    private const int LargeVariant = 6;
    private const uint User = 65_534;
    private const uint Group = 4_242;
    private const uint OtherGroup = 12_345;

    private static readonly long[] LargeMarks = [0, (1L << 31) - PageLength, (1L << 32) - PageLength, LargeLength - MarkLength];

    /// <summary>Builds the tree in an existing folder that has nothing in it.</summary>
    public static void Create(string folder, ConformanceKit kit)
    {
        using TreeBuilder tree = new(folder);
        AddContent(tree);
        AddNames(tree);
        AddLinks(tree);
        AddAttributes(tree);
        AddListed(tree, folder);
        AddPermissions(tree, kit);
        AddPrograms(tree, kit);
        AddExtendedAttributes(tree);
        AddSwitched(tree, folder, kit);
        foreach (string path in (ReadOnlySpan<string>)["empty", "parents", "parents/a", "parents/b", "parents/c"])
        {
            tree.Directory(Bytes(path));
        }

        tree.File("parents/file"u8, "x"u8);
    }

    /// <summary>Adds the file that is longer than four gigabytes, nearly all of it a hole: to publish it takes longer than everything else (<see cref="ConformanceLargeFile"/>).</summary>
    public static void AddLarge(string folder)
    {
        using TreeBuilder tree = new(folder);
        tree.Sparse("content/large"u8, LargeLength);
        byte[] path = Bytes(folder + "/content/large");
        PosixFile.Open(null, path, OpenFlags.WriteOnly, out FileDescriptor? large).ThrowIfFailed("open", path);
        using (large)
        {
            foreach (long mark in LargeMarks)
            {
                PosixFile.WriteAllAt(large!, Pattern(MarkLength, LargeVariant, mark), mark).ThrowIfFailed("write", path);
            }
        }

        tree.Time("content/large"u8, TreeBuilder.DefaultTime);
        tree.Time("content"u8, TreeBuilder.DefaultTime);
    }

    /// <summary>A part of the file that is longer than four gigabytes.</summary>
    public static byte[] LargePart(long offset, int length)
    {
        byte[] part = new byte[length];
        foreach (long mark in LargeMarks)
        {
            long start = Math.Max(mark, offset);
            long end = Math.Min(mark + MarkLength, offset + length);
            if (start < end)
            {
                Pattern((int)(end - start), LargeVariant, start).CopyTo(part.AsSpan((int)(start - offset)));
            }
        }

        return part;
    }

    /// <summary>Bytes that tell where they are, in one of some variants.</summary>
    public static byte[] Pattern(int length, int variant, long offset = 0)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            long at = offset + i;
            bytes[i] = (byte)(at ^ (at >> 8) ^ (at >> 16) ^ (at >> 24) ^ (at >> 32) ^ variant);
        }

        return bytes;
    }

    /// <summary>The name of an entry of a long directory.</summary>
    public static byte[] Numbered(string directory, int number) => Bytes(string.Create(CultureInfo.InvariantCulture, $"{directory}/e{number:d5}"));

    public static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path);

    private static void AddContent(TreeBuilder tree)
    {
        tree.Directory("content"u8);
        tree.File("content/empty"u8, default);
        tree.File("content/one"u8, Pattern(1, 1));
        tree.File("content/page"u8, Pattern(PageLength, 2));
        tree.File("content/page-and-one"u8, Pattern(PageLength + 1, 3));
        tree.File("content/whole"u8, Pattern(WholeLength, 4));
        tree.File("content/chunked"u8, Pattern(ChunkedLength, 5));
        string deep = "deep";
        tree.Directory("deep"u8);
        for (int level = 0; level < 60; level++)
        {
            deep += string.Create(CultureInfo.InvariantCulture, $"/level-{level:d2}-fifty-letters-in-the-name-of-every-level-of-this-tree");
            tree.Directory(Bytes(deep));
        }

        tree.File(Bytes(deep + "/bottom"), Pattern(1, 1));
    }

    private static void AddNames(TreeBuilder tree)
    {
        tree.Directory("names"u8);
        List<byte[]> names = [.. new[] { " ", "-rf", "*", "\u00e4", "\u65e5\u672c", "...", ".hidden", "a\\b", "new\nline", "..data", new string('l', 255) }.Select(Bytes)];
        names.Add([0xff, 0xfe]);
        names.AddRange(Enumerable.Range(1, byte.MaxValue).Where(value => value != '/').Select(value => (byte[])[(byte)'b', (byte)'-', (byte)value]));
        foreach (byte[] name in names)
        {
            tree.File([.. "names/"u8, .. name], name);
        }
    }

    private static void AddLinks(TreeBuilder tree)
    {
        tree.Directory("links"u8);
        tree.SymbolicLink("links/relative"u8, "../content/whole"u8);
        tree.SymbolicLink("links/absolute"u8, "/usr/bin/env"u8);
        tree.SymbolicLink("links/to-directory"u8, "../content"u8);
        tree.SymbolicLink("links/dangling"u8, [.. "no such "u8, 0xff, .. " target\n"u8]);
        tree.SymbolicLink("links/loop"u8, "loop"u8);
        tree.SymbolicLink("links/ping"u8, "pong"u8);
        tree.SymbolicLink("links/pong"u8, "ping"u8);
        tree.SymbolicLink("links/longest"u8, [.. Enumerable.Range(0, 4000).Select(i => i % 100 == 99 ? (byte)'/' : (byte)'t')]);
        tree.SymbolicLink("links/chain-1"u8, "../content/whole"u8);
        for (int i = 2; i <= 41; i++)
        {
            tree.SymbolicLink(Bytes(string.Create(CultureInfo.InvariantCulture, $"links/chain-{i}")), Bytes(string.Create(CultureInfo.InvariantCulture, $"chain-{i - 1}")));
        }

        tree.File("links/hard-a"u8, Pattern(WholeLength, 7));
        tree.HardLink("links/hard-a"u8, "links/hard-b"u8);
        tree.HardLink("links/hard-a"u8, "links/hard-c"u8);
        tree.File("links/hard-chunked-a"u8, Pattern(ChunkedLength, 8));
        tree.HardLink("links/hard-chunked-a"u8, "links/hard-chunked-b"u8);
        tree.File("links/equal-a"u8, "equal"u8);
        tree.File("links/equal-b"u8, "equal"u8);
    }

    private static void AddAttributes(TreeBuilder tree)
    {
        tree.Directory("attributes"u8);
        tree.File("attributes/mode-0"u8, "x"u8, 0);
        tree.File("attributes/mode-7777"u8, "x"u8, 0xFFF);
        tree.Directory("attributes/directory-1777"u8, 0x3FF);
        tree.Directory("attributes/directory-2755"u8, 0x5ED);
        tree.File("attributes/owner"u8, "x"u8);
        tree.Owner("attributes/owner"u8, 1000, 100);
        tree.File("attributes/large-owner"u8, "x"u8);
        tree.Owner("attributes/large-owner"u8, 2_000_000_000, 2_000_000_001);
        tree.File("attributes/nanoseconds"u8, "x"u8, time: new Timestamp(1_700_000_000, 123_456_789));
        tree.File("attributes/before-1970"u8, "x"u8, time: new Timestamp(-1_000_000_000, 0));
        tree.File("attributes/epoch"u8, "x"u8, time: new Timestamp(0, 0));
        tree.File("attributes/after-2038"u8, "x"u8, time: new Timestamp(1L << 32, 0));
        tree.Directory("special"u8);
        tree.Node("special/fifo"u8, FileType.Fifo);
        tree.Node("special/fifo-666"u8, FileType.Fifo, permissions: 0b110_110_110);
        tree.Node("special/socket"u8, FileType.Socket);
        tree.Node("special/null"u8, FileType.CharacterDevice, FileStatus.MakeDevice(1, 3), 0b110_110_110);
        tree.Node("special/block"u8, FileType.BlockDevice, FileStatus.MakeDevice(7, 300), 0b110_000_000);
    }

    private static void AddListed(TreeBuilder tree, string folder)
    {
        tree.Directory("big"u8);
        for (int i = 0; i < BigCount; i++)
        {
            if (i % 1000 == 0)
            {
                tree.Directory(Numbered("big", i));
            }
            else if (i % 100 == 1)
            {
                tree.SymbolicLink(Numbered("big", i), "e00002"u8);
            }
        }

        AddFiles(tree, folder, "big", BigCount);
        tree.Directory("many"u8);
        AddFiles(tree, folder, "many", ManyCount);
    }

    /// <summary>Adds empty files under the numbers that are not taken.</summary>
    private static void AddFiles(TreeBuilder tree, string folder, string directory, int count)
    {
        byte[] path = Bytes($"{folder}/{directory}");
        PosixFile.Open(null, path, OpenFlags.Path | OpenFlags.Directory, out FileDescriptor? opened).ThrowIfFailed("open", path);
        using (opened)
        {
            for (int i = 0; i < count; i++)
            {
                Errno errno = PosixPath.MakeNode(opened, Numbered(".", i), (uint)FileType.Regular | TreeBuilder.FilePermissions, 0);
                if (errno != Errno.EEXIST)
                {
                    errno.ThrowIfFailed("make", path);
                }
            }
        }

        tree.Time(Bytes(directory), TreeBuilder.DefaultTime);
    }

    private static void AddPermissions(TreeBuilder tree, ConformanceKit kit)
    {
        tree.Directory("permissions"u8);
        foreach ((string name, uint permissions, uint uid, uint gid) in (ReadOnlySpan<(string, uint, uint, uint)>)
            [("600", 0x180, 0, 0), ("644", 0x1A4, 0, 0), ("755", 0x1ED, 0, 0), ("0", 0, 0, 0), ("of-group-640", 0x1A0, 0, Group), ("of-group-604", 0x184, 0, Group),
            ("of-other-group-640", 0x1A0, 0, OtherGroup), ("of-user-600", 0x180, User, User), ("of-user-066", 0x36, User, User)])
        {
            byte[] path = Bytes("permissions/" + name);
            tree.File(path, "x"u8);
            tree.Owner(path, uid, gid);
            tree.Permissions(path, permissions);
        }

        tree.Attribute("permissions/600"u8, "user.kind"u8, "secret"u8);
        tree.File("permissions/711"u8, kit.Probe, 0x1C9);
        tree.SymbolicLink("permissions/link-to-600"u8, "600"u8);
        foreach ((string name, uint permissions, uint gid) in (ReadOnlySpan<(string, uint, uint)>)
            [("700", 0x1C0, 0), ("711", 0x1C9, 0), ("744", 0x1E4, 0), ("0", 0, 0), ("of-group-750", 0x1E8, Group)])
        {
            byte[] path = Bytes("permissions/directory-" + name);
            tree.Directory(path, permissions);
            tree.Owner(path, 0, gid);
            tree.File([.. path, .. "/file"u8], "x"u8);
        }
    }

    private static void AddPrograms(TreeBuilder tree, ConformanceKit kit)
    {
        const uint executable = TreeBuilder.DirectoryPermissions;
        tree.Directory("programs"u8);
        tree.File("programs/probe"u8, kit.Probe, executable);
        tree.File("programs/library.so"u8, kit.Library, executable);
        tree.File("programs/not-executable"u8, kit.Probe);
        tree.File("programs/garbage"u8, Pattern(300, 1), executable);
        tree.File("programs/script"u8, "#!/bin/sh\necho script \"$@\"\nexit 7\n"u8, executable);
        tree.File("programs/script-without-interpreter"u8, "#!/no/such/interpreter\n"u8, executable);
        tree.SymbolicLink("programs/link-to-probe"u8, "probe"u8);
        tree.File("programs/set-user-id"u8, kit.Probe);
        tree.Owner("programs/set-user-id"u8, 1, 1);
        tree.Permissions("programs/set-user-id"u8, 0b110_111_101_101);
        tree.File("programs/capable"u8, kit.Probe, executable);

        // VFS_CAP_REVISION_2 with the effective bit, CAP_NET_RAW permitted (linux/capability.h).
        tree.Attribute("programs/capable"u8, "security.capability"u8, [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    private static void AddExtendedAttributes(TreeBuilder tree)
    {
        tree.Directory("xattrs"u8);
        tree.File("xattrs/none"u8, "x"u8);
        tree.File("xattrs/file"u8, "x"u8);
        tree.Attribute("xattrs/file"u8, "user.short"u8, "value"u8);
        tree.Attribute("xattrs/file"u8, "user.empty"u8, default);
        tree.Attribute("xattrs/file"u8, "user.binary"u8, [0, 1, 2, 0xff, 0xfe, (byte)'\n', 0]);
        tree.Attribute("xattrs/file"u8, "user.longest"u8, Pattern(255, 9));
        tree.Attribute("xattrs/file"u8, "user.\u00e4 odd=name"u8, "odd"u8);
        tree.File("xattrs/chunked"u8, Pattern(ChunkedLength, 5));
        tree.Attribute("xattrs/chunked"u8, "user.kind"u8, "chunked"u8);
        tree.Directory("xattrs/directory"u8);
        tree.Attribute("xattrs/directory"u8, "user.kind"u8, "directory"u8);
        tree.File("xattrs/trusted"u8, "x"u8);
        tree.Attribute("xattrs/trusted"u8, "user.kind"u8, "user"u8);
        tree.Attribute("xattrs/trusted"u8, "trusted.kind"u8, "root"u8);
        tree.SymbolicLink("xattrs/link"u8, "file"u8);
        tree.Attribute("xattrs/link"u8, "trusted.kind"u8, "link"u8);
    }

    private static void AddSwitched(TreeBuilder tree, string folder, ConformanceKit kit)
    {
        foreach (string path in (ReadOnlySpan<string>)["", "/gone-directory", "/gone-directory/sub", "/same-directory", "/directory-to-file", "/listed", "/nested"])
        {
            tree.Directory(Bytes("switch" + path));
        }

        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)
            [("changed", "old"), ("same", "same"), ("touched", "touched"), ("file-to-directory", "file"), ("directory-to-file/inside", "inside"), ("same-directory/file", "old in it"),
            ("gone-directory/sub/c", "c"), ("attribute-gone", "x"), ("attribute-changed", "x"), ("attribute-same", "x")])
        {
            tree.File(Bytes("switch/" + name), Bytes(text));
        }

        tree.File("switch/changed-whole"u8, Pattern(WholeLength, 12));
        tree.File("switch/changed-chunked"u8, Pattern(ChunkedLength, 10));
        tree.File("switch/gone"u8, Pattern(WholeLength, 13));
        tree.File("switch/gone-chunked"u8, Pattern(ChunkedLength, 14));
        tree.File("switch/gone-directory/a"u8, Pattern(WholeLength, 15));
        tree.File("switch/touched-chunked"u8, Pattern(ChunkedLength, 16));
        tree.File("switch/program"u8, kit.Probe, TreeBuilder.DirectoryPermissions);
        tree.SymbolicLink("switch/link"u8, "same"u8);
        tree.SymbolicLink("switch/gone-link"u8, "changed"u8);
        foreach (string name in (ReadOnlySpan<string>)["attribute-gone", "attribute-changed", "attribute-same"])
        {
            tree.Attribute(Bytes("switch/" + name), "user.kind"u8, "old"u8);
        }

        AddFiles(tree, folder, "switch/listed", ListedCount);
        AddFiles(tree, folder, "switch/nested", ListedCount);
    }
}
