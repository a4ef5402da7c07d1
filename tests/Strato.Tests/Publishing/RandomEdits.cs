using System.Text;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing;

/// <summary>Changes a tree at random: makes, changes, renames, links, removes, turns one kind of entry into another, sets catalog markers.</summary>
internal static class RandomEdits
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    public static void Apply(string source, Random random, int edits)
    {
        for (int edit = 0; edit < edits; edit++)
        {
            using TreeBuilder tree = new(source);
            Apply(tree, source, random);
        }
    }

    private static void Apply(TreeBuilder tree, string source, Random random)
    {
        string directory = PickDirectory(source, random);
        string name = Path.Combine(directory, Names[random.Next(Names.Length)]);
        byte[] path = Relative(source, name);
        switch (random.Next(10))
        {
            case 0 or 1:
                Clear(tree, name, path);
                tree.File(path, TreeContent.Text((ulong)random.Next(50), random.Next(3) == 0 ? 40_000 : random.Next(3000)));
                break;
            case 2 or 3:
                Clear(tree, name, path);
                tree.Directory(path);
                break;
            case 4:
                Clear(tree, name, path);
                tree.SymbolicLink(path, Encoding.UTF8.GetBytes(Names[random.Next(Names.Length)]));
                break;
            case 5:
                Clear(tree, name, path);
                break;
            case 6 when File.Exists(name) && new FileInfo(name).LinkTarget is null:
                string other = Path.Combine(directory, Names[random.Next(Names.Length)]);
                if (other != name)
                {
                    Clear(tree, other, Relative(source, other));
                    tree.HardLink(path, Relative(source, other));
                }

                break;
            case 7 when File.Exists(name) && new FileInfo(name).LinkTarget is null:
                tree.Permissions(path, random.Next(2) == 0 ? 0x180u : 0x1edu);
                break;
            case 8 when directory != source:
                string marker = Path.Combine(directory, ".cvmfscatalog");
                if (File.Exists(marker))
                {
                    tree.Remove(Relative(source, marker));
                }
                else
                {
                    tree.File(Relative(source, marker), default);
                }

                break;
            case 9 when Exists(name):
                string target = Path.Combine(directory, Names[random.Next(Names.Length)] + "2");
                Clear(tree, target, Relative(source, target));
                tree.Rename(path, Relative(source, target));
                break;
            default:
                break;
        }
    }

    private static string PickDirectory(string source, Random random)
    {
        string directory = source;
        while (random.Next(3) > 0)
        {
            string[] below = Directory.GetDirectories(directory).Where(path => new DirectoryInfo(path).LinkTarget is null).Order(StringComparer.Ordinal).ToArray();
            if (below.Length == 0)
            {
                break;
            }

            directory = below[random.Next(below.Length)];
        }

        return directory;
    }

    private static void Clear(TreeBuilder tree, string name, byte[] path)
    {
        if (Exists(name))
        {
            tree.Remove(path);
        }
    }

    private static bool Exists(string name) => File.Exists(name) || Directory.Exists(name) || new FileInfo(name).LinkTarget is not null;

    private static byte[] Relative(string source, string name) => Encoding.UTF8.GetBytes(Path.GetRelativePath(source, name));
}
