using System.Text;
using FsCheck.Fluent;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>However a tree came to be what it is, publishing it gives what publishing it at once would give.</summary>
public sealed class IncrementalPublishTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Edits_published_one_by_one_equal_the_last_tree_published_at_once(bool automaticCatalogs) =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(4), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            RepositorySettings settings = TemporaryHome.SmallChunks with
            {
                AutomaticCatalogs = automaticCatalogs,
                AutomaticCatalogMaximum = 24,
                AutomaticCatalogMinimum = 4,
            };
            using TemporaryHome stepwise = TemporaryHome.WithRepository(settings);
            using TemporaryHome atOnce = TemporaryHome.WithRepository(settings);
            string source = stepwise.NewFolder("source");
            Random random = new(seed);
            for (int step = 0; step < 4; step++)
            {
                RandomEdits.Apply(source, random, edits: 25);
                stepwise.Publish(source);
                Assert.Empty(stepwise.Check());
            }

            Assert.False(stepwise.Publish(source).IsChanged);
            atOnce.Publish(source);
            using RevisionListing expected = atOnce.List();
            using RevisionListing actual = stepwise.List();
            Assert.Equal(Describe(expected, automaticCatalogs), Describe(actual, automaticCatalogs));
            return true;
        }));

    [Fact]
    public void Without_delete_what_the_source_lacks_stays()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string first = Tree(home, "first", "kept", "both");
        string second = Tree(home, "second", "both", "new");
        home.Publish(first);

        home.Publish(second, deletes: false);

        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal(["/", "/both", "/kept", "/new"], revision.Entries.Keys.Select(path => path.ToString()));
    }

    [Fact]
    public void Unchanged_files_are_not_opened_and_attributes_alone_touch_rows_only()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = Tree(home, "source", "a", "b", "c");
        PassTheTick();
        Assert.Equal(3, home.Publish(source).Counts.Files);

        Assert.Equal(0, home.Publish(source).Counts.Files);
        File.SetUnixFileMode(Path.Combine(source, "b"), UnixFileMode.UserRead);
        PublishOutcome chmod = home.Publish(source);

        Assert.True(chmod.IsChanged);
        Assert.Equal(0, chmod.Counts.Files);
        using RevisionListing revision = home.List();
        Assert.Equal(0x8100u, revision.Entries[RepositoryPath.Root.Append("b"u8)].Entry.Mode);
    }

    [Fact]
    public void Content_that_changed_behind_the_same_size_and_time_is_found()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = Tree(home, "source", "a");
        PassTheTick();
        home.Publish(source);
        DateTime time = File.GetLastWriteTimeUtc(Path.Combine(source, "a"));
        File.WriteAllText(Path.Combine(source, "a"), "A", Encoding.ASCII);
        File.SetLastWriteTimeUtc(Path.Combine(source, "a"), time);

        Assert.True(home.Publish(source).IsChanged);
    }

    [Fact]
    public void A_lost_index_costs_reading_and_nothing_else()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = Tree(home, "source", "a", "b");
        home.Publish(source);
        foreach (string index in Directory.GetFiles(home.Home.Places(TemporaryHome.Name).Index))
        {
            File.WriteAllBytes(index, "strato-stamps-1\nnonsense"u8);
        }

        PublishOutcome outcome = home.Publish(source);

        Assert.False(outcome.IsChanged);
        Assert.Equal(2, outcome.Counts.Files);
    }

    [Fact]
    public void A_tag_without_a_change_names_the_revision_that_is_there()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = Tree(home, "source", "a");
        home.Publish(source);

        PublishOutcome outcome = home.Publish(source, tag: "named");

        Assert.False(outcome.IsChanged);
        Assert.Contains(RepositoryTags.List(TemporaryHome.Name, home.Context(TestContext.Current.CancellationToken)), tag => tag.Name == "named" && tag.Revision == outcome.Revision);
    }

    // Timestamps tick every few milliseconds: a file that changed within a tick of being read would have to be read again.
    private static void PassTheTick()
    {
        DateTime start = DateTime.UtcNow;
        SpinWait.SpinUntil(() => DateTime.UtcNow - start > TimeSpan.FromMilliseconds(150));
    }

    private static string Tree(TemporaryHome home, string name, params string[] files)
    {
        string source = home.NewFolder(name);
        foreach (string file in files)
        {
            File.WriteAllText(Path.Combine(source, file), file);
        }

        return source;
    }

    // Numbers of hard-link groups depend on history; so does where automatic catalogs are, and what marks them.
    private static List<string> Describe(RevisionListing revision, bool automaticCatalogs)
    {
        List<string> lines = [];
        foreach (RevisionEntry entry in revision.Entries.Values)
        {
            CatalogEntry row = entry.Entry;
            bool isMarker = automaticCatalogs && Encoding.UTF8.GetString(row.Name) is ".cvmfscatalog" or ".cvmfsautocatalog";
            if (!isMarker)
            {
                string place = automaticCatalogs ? string.Empty : $"in {entry.Catalog}";
                CatalogEntry plain = row with { HardlinkGroup = 0, IsNestedRoot = false };
                lines.Add($"{entry.Path} {place} {plain.Mode:x} {plain.Size} {plain.Mtime}.{plain.MtimeNanoseconds} links {plain.Linkcount} grouped {row.HardlinkGroup > 0} "
                    + $"{plain.Hash} {plain.Compression} {BytesText.Escape(plain.Symlink)} [{string.Join(", ", entry.Chunks)}]");
            }
        }

        return lines;
    }
}
