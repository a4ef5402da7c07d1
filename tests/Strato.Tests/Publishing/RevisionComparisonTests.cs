using FsCheck.Fluent;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Publishing.Operations;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing;

/// <summary>What <c>strato diff</c> tells is what differs.</summary>
public sealed class RevisionComparisonTests
{
    [Fact]
    public void Random_edits_are_told_as_a_comparison_of_whole_listings_tells_them() =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(4), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using TemporaryHome home = TemporaryHome.WithRepository();
            string source = home.NewFolder("source");
            Random random = new(seed);
            for (int step = 0; step < 4; step++)
            {
                RandomEdits.Apply(source, random, edits: 25);
                home.Publish(source, tag: $"v{step}");
            }

            foreach ((string from, string to) in (ReadOnlySpan<(string, string)>)[("v0", "v1"), ("v3", "v2"), ("v0", "v3"), ("1", "v3")])
            {
                RecordedChanges changes = RecordedChanges.Of(home, from, to);
                IEnumerable<string> found = changes.Lines.Select(line => line.Split(':')[0]);
                Assert.Equal(Expected(home, from, to), found.Order(StringComparer.Ordinal));
                Assert.Equal(changes.Changes.Count, changes.Counts.Added + changes.Counts.Removed + changes.Counts.Modified);
            }

            return true;
        }));

    [Fact]
    public void Each_kind_of_difference_is_named()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        using (TreeBuilder tree = new(source))
        {
            tree.File("content"u8, "one"u8);
            tree.File("mode"u8, "same"u8);
            tree.File("time"u8, "same"u8);
            tree.File("kind"u8, "a file"u8);
            tree.File("chunked"u8, TreeContent.Random(1, 100_000));
            tree.SymbolicLink("link"u8, "here"u8);
            tree.Directory("gone"u8);
            tree.File("gone/file"u8, "x"u8);
            tree.File("same"u8, "x"u8);
        }

        home.Publish(source, tag: "before");
        using (TreeBuilder tree = new(source))
        {
            tree.File("content"u8, "two"u8);
            tree.Permissions("mode"u8, 0x180);
            tree.File("time"u8, "same"u8, time: new Timestamp(1, 0));
            tree.Remove("kind"u8);
            tree.Directory("kind"u8);
            tree.File("kind/below"u8, "x"u8);
            tree.File("chunked"u8, TreeContent.Random(2, 100_000));
            tree.Remove("link"u8);
            tree.SymbolicLink("link"u8, "there"u8);
            tree.Remove("gone"u8);
            tree.File("new"u8, "x"u8);
        }

        home.Publish(source, tag: "after");
        string[] lines = [.. RecordedChanges.Of(home, "before", "after").Lines.Where(line => !line.StartsWith("/:", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "/chunked: Content",
                "/content: Content",
                "-/gone",
                "/kind: Size, Mode, Content, LinkCount",
                "/link: Size, Target",
                "/mode: Mode",
                "+/new",
                "/time: Time",
                "-/gone/file",
                "+/kind/below",
            ],
            lines);
    }

    [Fact]
    public void Nested_catalogs_that_are_the_same_are_not_read()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        for (int folder = 0; folder < 20; folder++)
        {
            Directory.CreateDirectory(Path.Combine(source, $"d{folder}"));
            File.WriteAllText(Path.Combine(source, $"d{folder}", ".cvmfscatalog"), string.Empty);
            File.WriteAllText(Path.Combine(source, $"d{folder}", "file"), "one");
        }

        home.Publish(source, tag: "before");
        File.WriteAllText(Path.Combine(source, "d7", "file"), "two");
        home.Publish(source, tag: "after");

        RecordedChanges changes = RecordedChanges.Of(home, "before", "after");
        Assert.Single(changes.Changes, change => change.Path.ToString() == "/d7/file");
        Assert.InRange(changes.Counts.Catalogs, 4, 8);
        Assert.Equal(0, changes.Counts.Growth.Entries);
    }

    [Fact]
    public void A_revision_is_found_by_tag_by_number_and_by_hash()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        List<PublishOutcome> outcomes = [];
        for (int revision = 2; revision <= 6; revision++)
        {
            File.WriteAllText(Path.Combine(source, "file"), $"revision {revision}");
            outcomes.Add(home.Publish(source, tag: revision == 5 ? "tagged" : null));
        }

        foreach (PublishOutcome outcome in outcomes)
        {
            RecordedChanges changes = RecordedChanges.Of(home, $"{outcome.Revision}", outcome.RootCatalog);
            Assert.Empty(changes.Changes);
            Assert.Equal(outcome.RootCatalog, changes.From.RootCatalog.ToString());
            Assert.Equal(outcome.Revision, changes.To.Revision);
        }

        Assert.Equal(5ul, RecordedChanges.Of(home, "tagged", "trunk").From.Revision);
    }

    [Theory]
    [InlineData("absent", "has no tag absent")]
    [InlineData("9", "has no revision 9")]
    [InlineData("0", "has no revision 0")]
    [InlineData("0000000000000000000000000000000000000001", "is missing")]
    public void What_is_not_there_is_told(string revision, string message)
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        StratoException error = Assert.ThrowsAny<StratoException>(() => RecordedChanges.Of(home, revision, "trunk"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_of_a_directory_is_no_revision()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        Directory.CreateDirectory(Path.Combine(source, "nested"));
        File.WriteAllText(Path.Combine(source, "nested", ".cvmfscatalog"), string.Empty);
        home.Publish(source);
        string nested = Directory.EnumerateFiles(Path.Combine(home.Storage, "data"), "*C", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file)[..^1])
            .First(hash => IsNested(home, hash));
        StratoException error = Assert.Throws<StratoException>(() => RecordedChanges.Of(home, nested, "trunk"));
        Assert.Contains("belongs at /nested, not at /", error.Message, StringComparison.Ordinal);
    }

    private static bool IsNested(TemporaryHome home, string hash)
    {
        try
        {
            RecordedChanges.Of(home, hash, hash);
            return false;
        }
        catch (StratoException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Expected(TemporaryHome home, string from, string to)
    {
        using RevisionListing before = from == "1" ? home.List("v0") : home.List(from);
        using RevisionListing after = home.List(to);
        IReadOnlyDictionary<RepositoryPath, RevisionEntry> earlier = from == "1"
            ? before.Entries.Where(entry => entry.Key.IsRoot).ToDictionary()
            : before.Entries;
        List<string> lines = [];
        foreach (RepositoryPath path in earlier.Keys.Union(after.Entries.Keys))
        {
            RevisionEntry? left = earlier.GetValueOrDefault(path);
            RevisionEntry? right = after.Entries.GetValueOrDefault(path);
            if (left is null || right is null)
            {
                lines.Add((left is null ? "+" : "-") + path);
            }
            else if (!Shown(left).Equals(Shown(right)) || !left.Chunks.SequenceEqual(right.Chunks) || IsMade(from, path))
            {
                lines.Add(path.ToString());
            }
        }

        return lines.Order(StringComparer.Ordinal);
    }

    // The first revision's root directory was made by mkfs, with a time of its own.
    private static bool IsMade(string from, RepositoryPath path) => from == "1" && path.IsRoot;

    // A nested catalog's first directory stands in two catalogs with two marks; a directory's size says nothing.
    private static CatalogEntry Shown(RevisionEntry entry) => entry.Entry with
    {
        Size = entry.Entry.IsDirectory ? 0 : entry.Entry.Size,
        IsNestedRoot = false,
        IsNestedMountPoint = entry.Entry.IsNestedRoot,
    };
}
