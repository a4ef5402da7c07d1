using System.Globalization;
using System.Text;
using Strato.Testing.Genuine;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>Nested catalogs come and go as a tree changes, and the genuine peers find every counter and reference right.</summary>
public sealed class NestedCatalogTests : GenuineTest
{
    private const string Repository = "nested.test.org";

    /// <summary>Directories and files in each, by revision: together below the largest weight of a catalog, far above it, below the smallest.</summary>
    private static readonly (int Directories, int Files)[] Revisions = [(4, 50), (40, 50), (2, 10)];

    [Fact]
    public async Task Automatic_catalogs_follow_a_tree_that_grows_and_shrinks()
    {
        string tree = Site["tree"];
        await StratoAsync("mkfs", Repository, "--autocatalogs", "--autocatalogs-max", "300", "--autocatalogs-min", "40");
        await Site.ServeAsync(Cancellation);
        GenuineVerdict genuine = new(Site, Repository);
        foreach ((int directories, int files) in Revisions)
        {
            using (TreeBuilder builder = new(tree))
            {
                builder.Remove("many"u8);
                AddFiles(builder, directories, files);
            }

            await StratoAsync("publish", Repository, "--from", tree, "--delete");
            await genuine.HoldsTogetherAsync();
            using GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository), Cancellation);
            TreeListing shown = TreeListing.Read(client.Directory);
            Assert.Equal(directories * files, shown.Entries.Count(entry => entry.Digest.Length > 0 && !IsMarker(entry)));
            Assert.Equal(directories == 40, shown.Entries.Any(IsMarker));
        }
    }

    [Fact]
    public async Task A_dirtab_makes_moves_and_drops_catalogs()
    {
        string tree = Site["tree"];
        await StratoAsync("mkfs", Repository);
        await Site.ServeAsync(Cancellation);
        GenuineVerdict genuine = new(Site, Repository);
        string[] dirtabs = ["/many/*\n! /many/d1\n", "/many\n/many/d[0-1]\n", "# none\n"];
        foreach (string dirtab in dirtabs)
        {
            using (TreeBuilder builder = new(tree))
            {
                builder.Remove("many"u8);
                AddFiles(builder, 4, 50);
                builder.File(".cvmfsdirtab"u8, Encoding.ASCII.GetBytes(dirtab));
            }

            await StratoAsync("publish", Repository, "--from", tree, "--delete");
            await genuine.HoldsTogetherAsync();
            using GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository), Cancellation);
            TreeListing shown = TreeListing.Read(client.Directory);
            Assert.Equal(200, shown.Entries.Count(entry => entry.Path.ToString().StartsWith("/many/", StringComparison.Ordinal) && entry.Digest.Length > 0 && !IsMarker(entry)));
        }
    }

    private static bool IsMarker(TreeEntry entry) =>
        entry.Path.Name.SequenceEqual(".cvmfscatalog"u8) || entry.Path.Name.SequenceEqual(".cvmfsautocatalog"u8);

    private static void AddFiles(TreeBuilder builder, int directories, int files)
    {
        builder.Directory("many"u8);
        for (int directory = 0; directory < directories; directory++)
        {
            byte[] path = Text($"many/d{directory}");
            builder.Directory(path);
            for (int file = 0; file < files; file++)
            {
                builder.File([.. path, .. Text($"/f{file}")], [(byte)file, (byte)directory]);
            }
        }
    }

    private static byte[] Text(FormattableString text) => Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}
