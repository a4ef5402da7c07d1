using System.Diagnostics;
using Strato.Testing.Genuine;
using Strato.Testing.Processes;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary>What <c>strato ingest</c> takes from a tarball that <c>tar</c> wrote is what <c>tar</c> packed, on a genuine client.</summary>
public sealed class IngestedTarballTests : GenuineTest
{
    private const string Repository = "ingested.test.org";

    [Theory]
    [InlineData("--format=pax", "--xattrs", "--xattrs-include=*")]
    [InlineData("--format=gnu", "--sparse", "--no-xattrs")]
    [InlineData("--format=ustar", "--no-xattrs", "--hard-dereference")]
    public async Task A_tarball_becomes_the_tree_that_was_packed(params string[] options)
    {
        string tree = Site["tree"];
        Create(tree, options[0]);
        await RunAsync("tar", [.. options, "-cf", Site["tree.tar"], "-C", tree, "."]);

        await StratoAsync(["mkfs", Repository, .. SmallChunks]);
        await Site.ServeAsync(Cancellation);
        GenuineVerdict genuine = new(Site, Repository);
        await StratoAsync("ingest", Repository, "--tar", Site["tree.tar"], "--to", "/sw/release", "--catalog");
        await genuine.HoldsTogetherAsync();

        // What tar can unpack is what it packed: formats differ in the names, times and attributes that they can hold.
        // A hard link of an archive becomes a file of its own, with the genuine publisher too.
        string[] xattrs = [.. options.Where(option => option.Contains("xattrs", StringComparison.Ordinal))];
        Directory.CreateDirectory(Site["unpacked"]);
        await RunAsync("tar", [.. xattrs, "-xpf", Site["tree.tar"], "-C", Site["unpacked"], "--same-owner"]);
        await RunAsync("cp", ["-a", "--no-preserve=links", Site["unpacked"], Site["single"]]);
        using GenuineClient client = await GenuineClient.MountAsync(Site.Mount(Repository), Cancellation);
        string differences = TreeComparison.Differences(
            TreeListing.Read(Site["single"]), TreeListing.Read(Path.Combine(client.Directory, "sw", "release")), TreeComparisonOptions.WithoutRoot);
        Assert.True(differences.TrimEnd() == "/.cvmfscatalog should not be there", differences);
    }

    /// <summary>The varied tree without what the format of the tarball cannot hold.</summary>
    private void Create(string tree, string format)
    {
        VariedTree.Create(tree, Features);
        using TreeBuilder builder = new(tree);
        builder.Remove("special/socket"u8);
        if (format == "--format=ustar")
        {
            // Names of 100 bytes, numbers of 33 bits, no negative times.
            foreach (string path in (ReadOnlySpan<string>)["names", "times", "owners", "links/long", "deep"])
            {
                builder.Remove(System.Text.Encoding.ASCII.GetBytes(path));
            }
        }
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(program, arguments));
        int code = await process.WaitAsync(Cancellation);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {process.Error}");
    }
}
