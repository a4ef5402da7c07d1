using Strato.Posix;
using Strato.Testing.Trees;

namespace Strato.Testing.Conformance;

/// <summary>What is wrong on purpose with a copy of the <see cref="ConformanceTree"/>, at least one thing for each topic that looks at the tree.</summary>
internal static class ConformanceDefects
{
    /// <summary>The checks that find it, sorted.</summary>
    public static IReadOnlyList<string> FoundBy { get; } =
    [
        "describing/every field", "describing/the file system", "executing/posix_spawn", "executing/what is no program", "extending/permissions",
        "extending/values", "linking/hard links", "listing/100,000 entries, by the library", "listing/100,000 entries, large buffers, twice",
        "listing/100,000 entries, the smallest buffers", "listing/100,000 entries, usual buffers", "listing/by several processes",
        "listing/several at once", "mapping/inheriting", "mapping/moving and cutting", "mapping/private, writing",
        "mapping/residence, advice, msync and mlock", "mapping/shared, reading", "naming/bytes of all kinds", "naming/odd names",
        "opening/opening again through /proc/self/fd", "permitting/a user", "permitting/nodev", "permitting/nosuid", "permitting/opened before",
        "permitting/real and effective users", "permitting/root", "reading/advice and readahead", "reading/every byte, by calls of any size",
        "reading/positions at random", "seeking/every place, forwards and backwards", "seeking/places at random among 100,000",
        "seeking/processes with one descriptor", "seeking/rewinding", "seeking/telldir, seekdir, rewinddir", "seeking/while the kernel forgets",
        "splicing/sendfile to a file", "splicing/sendfile to a socket", "splicing/splice to a pipe",
    ];

    /// <summary>Damages the tree in a folder, which then is to be mounted without nosuid and nodev.</summary>
    public static void Plant(string folder)
    {
        using TreeBuilder tree = new(folder);

        // One byte of a file that is read, mapped, spliced.
        byte[] chunked = ConformanceTree.Pattern(ConformanceTree.ChunkedLength, 5);
        chunked[654_321] ^= 1;
        tree.File("content/chunked"u8, chunked);

        tree.Remove("names/b-~"u8);
        tree.Remove("links/hard-c"u8);
        tree.File("links/hard-c"u8, ConformanceTree.Pattern(ConformanceTree.WholeLength, 7));
        tree.Time("attributes/nanoseconds"u8, new Timestamp(1_700_000_000, 123_456_788));
        tree.Remove("big/e77777"u8);
        tree.Permissions("permissions/600"u8, TreeBuilder.FilePermissions);
        tree.Attribute("xattrs/file"u8, "user.short"u8, "other"u8);
        tree.Permissions("programs/not-executable"u8, TreeBuilder.DirectoryPermissions);
        tree.Remove("many/e01500"u8);
    }
}
