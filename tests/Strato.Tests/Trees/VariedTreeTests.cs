using System.Text;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Trees;

namespace Strato.Tests.Trees;

public sealed class VariedTreeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private TreeFeatures Features => TreeSupport.In(folder.Path);

    [Fact]
    public void It_is_the_same_tree_each_time()
    {
        VariedTree.Create(folder["first"], Features);
        VariedTree.Create(folder["second"], Features);
        string differences = TreeComparison.Differences(TreeListing.Read(folder["first"]), TreeListing.Read(folder["second"]), TreeComparisonOptions.None);

        // Links into another directory are counted by the file system, but not by a repository.
        Assert.All(differences.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("across", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_comparison_tells_what_changed()
    {
        VariedTree.Create(folder["tree"], Features);
        TreeListing before = TreeListing.Read(folder["tree"]);
        VariedTree.Change(folder["tree"], Features);
        string differences = TreeComparison.Differences(before, TreeListing.Read(folder["tree"]), TreeComparisonOptions.None, most: 1000);

        Assert.Contains("/large/zeros is missing", differences, StringComparison.Ordinal);
        Assert.Contains("/moved should not be there", differences, StringComparison.Ordinal);
        Assert.Contains("/sizes/32 lacks [mode 644], has [mode 400]", differences, StringComparison.Ordinal);
        Assert.Contains("/sizes/4096 lacks [mtime 1709210096.000000000], has [mtime 1709210097.000000000]", differences, StringComparison.Ordinal);
        Assert.Contains("/links/group-b is missing", differences, StringComparison.Ordinal);
        Assert.Contains("[links group-a group-b group-c]", differences, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listing_holds_what_the_tree_was_built_of()
    {
        using (TreeBuilder tree = new(folder["tree"]))
        {
            tree.Directory("d"u8, 0b111_000_000);
            tree.File([.. "d/"u8, 0xff], "content"u8, 0b100_100_100, new Timestamp(-1, 5));
            tree.SymbolicLink("link"u8, "d"u8);
        }

        TreeListing listing = TreeListing.Read(folder["tree"]);
        Assert.Equal(["/", "/d", "/d/\\xff", "/link"], listing.Entries.Select(entry => entry.Path.ToString()));
        Assert.Equal("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73", listing.Entries[2].Digest);
        Assert.Equal(new Timestamp(-1, 5), listing.Entries[2].Status.ModificationTime);
        Assert.Equal("d", Encoding.ASCII.GetString(listing["/link"].Target));
        Assert.Equal(0b111_000_000u, listing["/d"].Status.Permissions);
    }

    public void Dispose() => folder.Dispose();
}
