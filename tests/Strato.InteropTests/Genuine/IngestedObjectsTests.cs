using System.Diagnostics;
using Strato.Core.Manifests;
using Strato.Testing.Genuine;
using Strato.Testing.Processes;
using Strato.Testing.Trees;

namespace Strato.InteropTests.Genuine;

/// <summary><c>strato ingest</c> and the genuine ingest make the same objects of a tarball: whole ones, however large a file is.</summary>
public sealed class IngestedObjectsTests : GenuineTest
{
    private const string Repository = "objects.test.org";

    [Fact]
    public async Task Files_of_any_size_get_the_names_that_the_genuine_ingest_gives()
    {
        using (TreeBuilder tree = new(Site["tree"]))
        {
            tree.File("empty"u8, []);
            tree.File("small"u8, "small"u8);
            tree.File("text"u8, TreeContent.Text(1, 700_000));
            tree.File("large"u8, TreeContent.Random(2, 9_000_000));
            tree.File("larger"u8, TreeContent.Text(3, 20_000_000));
            tree.Sparse("zeros"u8, 6_000_000);
        }

        using (ChildProcess tar = ChildProcess.Start(new ProcessStartInfo("tar", ["-cf", Site["tree.tar"], "-C", Site["tree"], "."])))
        {
            Assert.True(await tar.WaitAsync(Cancellation) == 0, tar.Error);
        }

        await StratoAsync(["mkfs", Repository, .. SmallChunks]);
        await Site.ServeAsync(Cancellation);
        SortedSet<string> genuine = await IngestGenuinelyAsync();
        SortedSet<string> before = Objects(Site.Places(Repository).DefaultStorage);

        await StratoAsync("ingest", Repository, "--tar", Site["tree.tar"], "--to", "/sw");

        SortedSet<string> own = Objects(Site.Places(Repository).DefaultStorage);
        own.ExceptWith(before);
        Assert.Equal(string.Join('\n', genuine), string.Join('\n', own));
    }

    // What lies behind the shell of cvmfs_server ingest, into a storage of its own.
    private async Task<SortedSet<string>> IngestGenuinelyAsync()
    {
        string storage = Site["genuine"];
        Directory.CreateDirectory(Path.Combine(storage, "data", "txn"));
        for (int shard = 0; shard < 256; shard++)
        {
            Directory.CreateDirectory(Path.Combine(storage, "data", $"{shard:x2}"));
        }

        string work = Directory.CreateDirectory(Site["work"]).FullName;
        Manifest manifest = Manifest.Parse(await File.ReadAllBytesAsync(Path.Combine(Site.Places(Repository).DefaultStorage, ".cvmfspublished"), Cancellation));

        // It wants to keep statistics there.
        DirectoryInfo spool = Directory.CreateDirectory($"/var/spool/cvmfs/{Repository}");
        try
        {
            ToolOutcome outcome = await GenuineTools.RunAsync(
                GenuineTools.Swissknife,
                Cancellation,
                "ingest", "-u", work, "-c", work, "-t", work, "-b", manifest.RootCatalog.ToString(), "-r", $"local,{storage}/data/txn,{storage}", "-w", Site.Url(Repository),
                "-o", Site["manifest"], "-K", Site.Places(Repository).PublicKey, "-N", Repository, "-U", "-1", "-G", "-1", "-T", Site["tree.tar"], "-B", "sw");
            Assert.True(outcome.Code == 0, outcome.Text);
            return Objects(storage);
        }
        finally
        {
            spool.Delete(recursive: true);
        }
    }

    // Files' and chunks' objects; those of other kinds end with a capital letter.
    private static SortedSet<string> Objects(string storage) =>
        new(
            Directory.EnumerateFiles(Path.Combine(storage, "data"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(storage, file))
                .Where(name => name[^1] == 'P' || !char.IsAsciiLetterUpper(name[^1])),
            StringComparer.Ordinal);
}
