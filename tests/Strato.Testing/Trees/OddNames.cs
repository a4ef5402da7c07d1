using System.Text;

namespace Strato.Testing.Trees;

/// <summary>Names that break programs: every byte, no encoding, the words of shells, URLs and of the format itself, the longest.</summary>
public static class OddNames
{
    private static readonly string[] Texts =
    [
        " ", "  two", "trailing ", "-rf", "--", "*", "?", "[a-z]", "~", "~root", "$HOME", "$(HOME)", "`id`", "'", "\"", "\\", "\\n", "%41", "%", "#fragment", "?query=1",
        "a&b", "a;b", "a|b", ":colon", "a=b", "...", ".hidden", "..data", "con", "NUL", "\u00e4", "a\u0308", "\u65e5\u672c\u8a9e", "\U0001f389", "\u202egnp.exe", ".wh.white",
        ".cvmfscatalogue", "cvmfscatalog", "data", ".cvmfs_not_special", "txn",
    ];

    /// <summary>Adds a directory <c>names</c> with a file for each.</summary>
    public static void AddTo(TreeBuilder tree)
    {
        tree.Directory("names"u8);
        foreach (string text in Texts)
        {
            byte[] name = Encoding.UTF8.GetBytes(text);
            tree.File([.. "names/"u8, .. name], name);
        }

        for (int value = 1; value <= byte.MaxValue; value++)
        {
            if (value != '/')
            {
                tree.File([.. "names/byte-"u8, (byte)value, (byte)'x'], [(byte)value]);
            }
        }

        tree.File([.. "names/"u8, .. TreeContent.Text(1, 255).Select(value => value is (byte)'\n' or (byte)'/' ? (byte)'_' : value)], "the longest name"u8);
        byte[] directory = [.. "names/directory "u8, 0xff, (byte)'\n'];
        tree.Directory(directory);
        tree.File([.. directory, .. "/latin1-"u8, 0xe9], "not UTF-8"u8);
    }
}
