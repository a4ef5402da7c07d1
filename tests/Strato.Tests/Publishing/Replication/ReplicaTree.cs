using System.Globalization;
using System.Text;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing.Replication;

/// <summary>A source with nested catalogs, chunked files and one file that changes from round to round.</summary>
internal static class ReplicaTree
{
    /// <summary>Makes and publishes the first round.</summary>
    public static TemporaryHome Publish(string? tag = null)
    {
        TemporaryHome home = TemporaryHome.WithRepository();
        using (TreeBuilder tree = new(home.NewFolder("source")))
        {
            tree.File("plain"u8, TreeContent.Text(1, 300));
            tree.File("twin"u8, TreeContent.Text(1, 300));
            tree.Directory("nested"u8);
            tree.File("nested/.cvmfscatalog"u8, []);
            tree.File("nested/chunked"u8, TreeContent.Text(2, 60_000));
            tree.Directory("nested/deeper"u8);
            tree.File("nested/deeper/.cvmfscatalog"u8, []);
            tree.File("nested/deeper/file"u8, TreeContent.Text(3, 5_000));
        }

        Publish(home, round: 0, tag);
        return home;
    }

    /// <summary>Publishes one change, in the deepest catalog.</summary>
    public static ulong Publish(TemporaryHome home, int round, string? tag = null)
    {
        using (TreeBuilder tree = new(home.NewFolder("source")))
        {
            tree.File("nested/deeper/round"u8, Encoding.ASCII.GetBytes(round.ToString(CultureInfo.InvariantCulture)));
        }

        return home.Publish(home.NewFolder("source"), tag: tag).Revision;
    }

    /// <summary>Copies a storage directory as it is.</summary>
    public static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
