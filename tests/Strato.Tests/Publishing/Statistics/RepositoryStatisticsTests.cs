using System.Text;
using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Publishing.Statistics;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;
using FileType = Strato.Core.Catalogs.FileType;

namespace Strato.Tests.Publishing.Statistics;

/// <summary>What <c>strato stats</c> counts is what is there.</summary>
public sealed class RepositoryStatisticsTests
{
    private static readonly StatisticsRequest All = new() { Subject = TemporaryHome.Name, Depth = 2, Revisions = 100 };

    [Fact]
    public void Duplicates_chunks_hard_links_and_nested_catalogs_are_counted_exactly()
    {
        using TemporaryHome home = WithTree();
        StatisticsOutcome outcome = Count(home, All);

        // 1000 with two names, 1500, 500 in two places, 100,000 in chunks, two markers without content.
        SubtreeSizes root = Find(outcome, "/");
        Assert.Equal(new EntrySizes(Files: 8, Directories: 4, Others: 1, Bytes: 103_500, LinkedBytes: 1000, ExternalBytes: 0), root.Entries);
        Assert.Equal(103_000, root.Content.Plain);
        Assert.Equal(StoredBytes(home, name => name.Kind is ObjectKind.File or ObjectKind.Chunk), root.Content.Stored);
        Assert.Equal(root.Content, root.Own);

        SubtreeSizes a = Find(outcome, "/a");
        Assert.Equal((3000L, 1000L, 3000L, 2L), (a.Entries.Bytes, a.Entries.LinkedBytes, a.Content.Plain, a.Entries.Directories));
        Assert.Equal(2500, a.Own.Plain);
        Assert.Equal((500L, 0L), (Find(outcome, "/a/deep").Content.Plain, Find(outcome, "/a/deep").Own.Plain));
        SubtreeSizes b = Find(outcome, "/b");
        Assert.Equal((100_000L, 100_000L, 100_000L), (b.Entries.Bytes, b.Content.Plain, b.Own.Plain));
        Assert.True(b.Content.Objects > 3);

        Assert.Equal(3, outcome.Catalogs.Objects);
        Assert.Equal(["/", "/a", "/a/deep", "/b"], outcome.Subtrees.Select(subtree => subtree.Path.ToString()));
        Assert.Equal([root], Count(home, All with { Depth = 0 }).Subtrees);
    }

    [Fact]
    public void Growth_tells_what_each_revision_brought()
    {
        using TemporaryHome home = WithTree();
        string source = home.NewFolder("source");
        File.WriteAllBytes(Path.Combine(source, "a", "new"), TreeContent.Random(9, 700));
        home.Publish(source);
        File.Delete(Path.Combine(source, "a", "new"));
        File.Copy(Path.Combine(source, "one"), Path.Combine(source, "b", "again"));
        home.Publish(source, tag: "last");

        StatisticsOutcome outcome = Count(home, All);
        Assert.Equal([1ul, 2ul, 3ul, 4ul], outcome.Revisions.Select(revision => revision.Revision));
        Assert.Equal([0L, 103_000L, 700L, 0L], outcome.Revisions.Select(revision => revision.NewContent.Plain));
        Assert.Equal([1L, 3L, 2L, 3L], outcome.Revisions.Select(revision => revision.NewCatalogs.Objects));
        Assert.Equal(["first"], outcome.Revisions[1].Tags);
        Assert.Equal(["last", "trunk"], outcome.Revisions[3].Tags);
        Assert.Equal(StoredBytes(home, name => name.Kind is ObjectKind.File or ObjectKind.Chunk), outcome.Revisions.Sum(revision => revision.NewContent.Stored));
        Assert.Equal(StoredBytes(home, name => name.Kind == ObjectKind.Catalog), outcome.Revisions.Sum(revision => revision.NewCatalogs.Stored));

        // The oldest of a shorter list has all that it has.
        StatisticsOutcome two = Count(home, All with { Revisions = 2 });
        Assert.Equal([103_700L, 0L], two.Revisions.Select(revision => revision.NewContent.Plain));
        Assert.Empty(Count(home, All with { Revisions = 0 }).Revisions);
        Assert.Equal(103_500, Find(Count(home, All with { Revision = "first" }), "/").Entries.Bytes);
        Assert.Equal(104_000, Find(outcome, "/").Entries.Bytes);
    }

    [Fact]
    public void What_is_missing_is_told_and_the_rest_is_counted()
    {
        using TemporaryHome home = WithTree();
        using (RevisionListing revision = home.List())
        {
            File.Delete(Path.Combine(home.Storage, revision.NameOf("/b").StoragePath));
            RevisionEntry one = revision.Entries.Values.Single(entry => entry.Path.ToString() == "/one");
            File.Delete(Path.Combine(home.Storage, new ObjectName(one.Entry.Hash, ObjectKind.File).StoragePath));
        }

        List<string> notes = [];
        StatisticsOutcome outcome = Count(home, All with { Note = notes.Add });
        Assert.Equal((1L, 1L), (outcome.MissingCatalogs, outcome.MissingObjects));
        Assert.Equal(2, notes.Count);
        Assert.Contains("1 catalog could not be read, the first at /b: ", notes[0], StringComparison.Ordinal);
        Assert.Contains("objects that the storage lacks: 1;", notes[1], StringComparison.Ordinal);
        Assert.Equal(0, Find(outcome, "/b").Entries.Files);
        Assert.Equal(3000, Find(outcome, "/a").Entries.Bytes);
        Assert.Equal(0, Count(home, All with { AsksStore = false }).MissingObjects);
    }

    [Fact]
    public void A_damaged_catalog_is_not_counted_and_a_foreign_signature_is_refused()
    {
        using TemporaryHome home = WithTree();
        using (RevisionListing revision = home.List())
        {
            string file = Path.Combine(home.Storage, revision.NameOf("/a").StoragePath);
            byte[] bytes = File.ReadAllBytes(file);
            bytes[^1] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        Assert.Equal(1, Count(home, All).MissingCatalogs);
        string manifest = Path.Combine(home.Storage, ".cvmfspublished");
        byte[] signed = File.ReadAllBytes(manifest);
        signed[^1] ^= 1;
        File.WriteAllBytes(manifest, signed);
        Assert.Throws<StratoException>(() => Count(home, All));
    }

    [Fact]
    public void A_storage_directory_is_counted_without_a_home_and_without_keys()
    {
        using TemporaryHome home = WithTree();
        using TemporaryHome nobody = new();
        List<string> notes = [];
        StatisticsOutcome outcome = RepositoryStatistics.Run(All with { Subject = home.Storage, Note = notes.Add }, nobody.Context(TestContext.Current.CancellationToken));
        Assert.Equal(103_500, Find(outcome, "/").Entries.Bytes);
        Assert.Contains(notes, note => note.Contains("signatures were not checked", StringComparison.Ordinal));
    }

    [Fact]
    public void Totals_agree_with_a_count_of_the_source_whatever_is_in_it() =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using TemporaryHome home = TemporaryHome.WithRepository();
            string source = home.NewFolder("source");
            Random random = new(seed);
            for (int step = 0; step < 3; step++)
            {
                RandomEdits.Apply(source, random, edits: 40);
                home.Publish(source, tag: $"v{step}");
            }

            // A ledger that goes to disk all the time tells the same.
            StatisticsOutcome outcome = Count(home, All with { Capacity = 7 });
            StatisticsOutcome roomy = Count(home, All);
            Assert.Equal(roomy.Subtrees, outcome.Subtrees);
            Assert.Equal(roomy.Revisions.Select(revision => revision.NewContent), outcome.Revisions.Select(revision => revision.NewContent));

            using RevisionListing revision = home.List();
            Dictionary<string, string> directories = revision.Entries.Values.Where(entry => entry.Entry.IsDirectory && entry.Path.Depth <= 2)
                .ToDictionary(entry => entry.Path.ToString(), entry => Path.Join(source, entry.Path.ToString()));
            Assert.Equal(directories.Keys.Order(StringComparer.Ordinal), outcome.Subtrees.Select(subtree => subtree.Path.ToString()).Order(StringComparer.Ordinal));
            foreach (SubtreeSizes subtree in outcome.Subtrees)
            {
                RevisionEntry[] below = [.. revision.Entries.Values.Where(entry => entry.Path.IsWithin(subtree.Path))];
                Assert.Equal(DiskUsage(directories[subtree.Path.ToString()]), subtree.Entries.Bytes);
                Assert.Equal(below.Count(entry => entry.Entry.Type == FileType.Regular), subtree.Entries.Files);
                Assert.Equal(below.Count(entry => entry.Entry.IsDirectory), subtree.Entries.Directories);
                Dictionary<ObjectName, long> needed = Objects(below);
                Assert.Equal(
                    new ContentSizes(needed.Count, needed.Values.Sum(), needed.Keys.Sum(name => new FileInfo(Path.Combine(home.Storage, name.StoragePath)).Length)), subtree.Content);
                HashSet<ObjectName> elsewhere = [.. Objects(revision.Entries.Values.Where(entry => !entry.Path.IsWithin(subtree.Path))).Keys];
                Assert.Equal(needed.Where(one => !elsewhere.Contains(one.Key)).Sum(one => one.Value), subtree.Own.Plain);
            }

            return true;
        }));

    private static Dictionary<ObjectName, long> Objects(IEnumerable<RevisionEntry> entries)
    {
        Dictionary<ObjectName, long> objects = [];
        foreach (RevisionEntry entry in entries.Where(entry => entry.Entry.Type == FileType.Regular))
        {
            if (!entry.Entry.Hash.IsNull)
            {
                objects[new ObjectName(entry.Entry.Hash, ObjectKind.File)] = entry.Entry.Size;
            }

            foreach (FileChunk chunk in entry.Chunks)
            {
                objects[new ObjectName(chunk.Hash, ObjectKind.Chunk)] = chunk.Size;
            }
        }

        return objects;
    }

    // Files' bytes as du --apparent-size counts them: each inode once. The random trees link within a directory only.
    private static long DiskUsage(string folder)
    {
        HashSet<(ulong, ulong)> seen = [];
        long bytes = 0;
        foreach (string file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(file), out FileStatus status);
            if (status.Type == global::Strato.Posix.FileType.Regular && seen.Add((status.Device, status.Inode)))
            {
                bytes += status.Size;
            }
        }

        return bytes;
    }

    private static TemporaryHome WithTree()
    {
        TemporaryHome home = TemporaryHome.WithRepository();
        using (TreeBuilder tree = new(home.NewFolder("source")))
        {
            tree.File("one"u8, TreeContent.Text(3, 500));
            tree.Directory("a"u8);
            tree.File("a/.cvmfscatalog"u8, default);
            tree.File("a/file"u8, TreeContent.Text(1, 1000));
            tree.HardLink("a/file"u8, "a/linked"u8);
            tree.File("a/other"u8, TreeContent.Random(4, 1500));
            tree.Directory("a/deep"u8);
            tree.File("a/deep/one"u8, TreeContent.Text(3, 500));
            tree.SymbolicLink("a/deep/link"u8, "one"u8);
            tree.Directory("b"u8);
            tree.File("b/.cvmfscatalog"u8, default);
            tree.File("b/large"u8, TreeContent.Random(2, 100_000));
        }

        home.Publish(home.NewFolder("source"), tag: "first");
        return home;
    }

    private static StatisticsOutcome Count(TemporaryHome home, StatisticsRequest request) =>
        RepositoryStatistics.Run(request, home.Context(TestContext.Current.CancellationToken));

    private static SubtreeSizes Find(StatisticsOutcome outcome, string path) => outcome.Subtrees.Single(subtree => subtree.Path.ToString() == path);

    // What lies in the storage.
    private static long StoredBytes(TemporaryHome home, Func<ObjectName, bool> isCounted) =>
        Directory.EnumerateFiles(Path.Combine(home.Storage, "data"), "*", SearchOption.AllDirectories)
            .Where(file => ObjectKey.TryParse(Path.GetRelativePath(home.Storage, file), out ObjectName name) && isCounted(name))
            .Sum(file => new FileInfo(file).Length);
}
