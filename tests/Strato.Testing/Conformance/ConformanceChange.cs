using Strato.Testing.Trees;

namespace Strato.Testing.Conformance;

/// <summary>
/// Turns the tree of <see cref="ConformanceTree"/> into its second revision, below <c>switch/</c>. No name that stays is absent in between, and no file's content
/// changes in place: so a directory of an ordinary file system can be changed under readers as a repository is.
/// </summary>
internal static class ConformanceChange
{
    private static ReadOnlySpan<byte> Fresh => "switch/.fresh"u8;

    /// <summary>Changes the tree in a folder.</summary>
    public static void Apply(string folder)
    {
        using TreeBuilder tree = new(folder);
        Replace(tree, "switch/changed"u8, "new and longer"u8);
        Replace(tree, "switch/changed-whole"u8, ConformanceTree.Pattern(ConformanceTree.WholeLength, 17));
        Replace(tree, "switch/changed-chunked"u8, ConformanceTree.Pattern(ConformanceTree.ChunkedLength, 11));
        Replace(tree, "switch/same-directory/file"u8, "new in it"u8);
        tree.SymbolicLink(Fresh, "changed"u8);
        tree.Rename(Fresh, "switch/link"u8);

        foreach (string gone in (ReadOnlySpan<string>)["gone", "gone-chunked", "gone-link", "gone-directory", "attribute-gone", "program", "file-to-directory", "directory-to-file"])
        {
            tree.Remove(ConformanceTree.Bytes("switch/" + gone));
        }

        tree.Directory("switch/file-to-directory"u8);
        tree.File("switch/file-to-directory/inside"u8, "inside"u8);
        tree.File("switch/directory-to-file"u8, "file"u8);
        tree.File("switch/come"u8, "come"u8);
        tree.Directory("switch/come-directory"u8);
        tree.File("switch/come-directory/file"u8, "come"u8);
        tree.Attribute("switch/attribute-changed"u8, "user.kind"u8, "new"u8);
        foreach (string touched in (ReadOnlySpan<string>)["touched", "touched-chunked"])
        {
            byte[] path = ConformanceTree.Bytes("switch/" + touched);
            tree.Permissions(path, TreeBuilder.DirectoryPermissions);
            tree.Time(path, TreeBuilder.DefaultTime with { Seconds = TreeBuilder.DefaultTime.Seconds + 60 });
        }

        for (int i = 0; i < ConformanceTree.ListedCount; i += 4)
        {
            tree.Remove(ConformanceTree.Numbered("switch/listed", i));
        }

        for (int i = ConformanceTree.ListedCount; i < ConformanceTree.ListedCount * 3 / 2; i++)
        {
            tree.File(ConformanceTree.Numbered("switch/listed", i), default);
        }

        tree.File("switch/nested/.cvmfscatalog"u8, default);
    }

    private static void Replace(TreeBuilder tree, ReadOnlySpan<byte> path, ReadOnlySpan<byte> content)
    {
        tree.File(Fresh, content, time: TreeBuilder.DefaultTime with { Seconds = TreeBuilder.DefaultTime.Seconds + 60 });
        tree.Rename(Fresh, path);
    }
}
