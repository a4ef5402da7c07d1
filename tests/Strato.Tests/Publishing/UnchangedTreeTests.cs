using System.Text;
using Strato.Core.Paths;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing;

/// <summary>What an index proves to be unchanged is neither read nor looked up: catalogs that nothing in has changed are not even opened.</summary>
public sealed class UnchangedTreeTests : IDisposable
{
    private const int Catalogs = 6;

    private readonly TemporaryHome home = TemporaryHome.WithRepository();

    public void Dispose() => home.Dispose();

    [Fact]
    public void An_unchanged_tree_opens_no_catalog()
    {
        string source = Publish();
        long entries = home.Publish(source, deletes: false).Entries;
        home.Publish(source);
        using (RevisionListing revision = home.List())
        {
            Hide(revision, "/");
            Hide(revision, "/c1");
        }

        PublishOutcome outcome = home.Publish(source);

        Assert.False(outcome.IsChanged);
        Assert.Equal(entries, outcome.Entries);
        Assert.Equal(0, outcome.Counts.Files);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("mode")]
    [InlineData("new")]
    [InlineData("removed")]
    [InlineData("moved")]
    [InlineData("link")]
    [InlineData("marker")]
    public void A_change_opens_the_catalogs_on_the_way_to_it(string change)
    {
        string source = Publish();
        RevisionListing before = home.List();
        using (TreeBuilder tree = new(source))
        {
            Change(tree, change);
        }

        foreach (int other in (int[])[0, 1, 5])
        {
            Hide(before, $"/c{other}");
        }

        Assert.True(home.Publish(source).IsChanged);
        foreach (int other in (int[])[0, 1, 5])
        {
            Show(before, $"/c{other}");
        }

        Assert.Empty(home.Check());
        before.Dispose();
        using TemporaryHome atOnce = TemporaryHome.WithRepository();
        atOnce.Publish(source);
        using RevisionListing expected = atOnce.List();
        using RevisionListing actual = home.List();
        Assert.Equal(Lines(expected), Lines(actual));

        // And the index that was made by copying proves as much.
        PassTheTick();
        home.Publish(source);
        Assert.False(home.Publish(source).IsChanged);
    }

    [Fact]
    public void Another_revision_or_another_way_of_publishing_proves_nothing()
    {
        string source = Publish();
        RepositoryTags.Add(TemporaryHome.Name, "first", "", home.Context(TestContext.Current.CancellationToken));
        home.Ingest(new TarArchive().Add("c1/f", content: "ingested").End(), "/");

        Assert.True(home.Publish(source).IsChanged);
        Assert.False(home.Publish(source).IsChanged);
        using (RevisionListing revision = home.List())
        {
            Assert.NotEqual("ingested"u8.ToArray(), revision.ReadContent(revision.Entries[RepositoryPath.Root.Append("c1"u8).Append("f"u8)]));
        }

        home.Ingest(new TarArchive().Add("more", content: "more").End(), "/");
        Assert.False(home.Publish(source, deletes: false).IsChanged);
        Assert.True(home.Publish(source).IsChanged);
    }

    private static void Change(TreeBuilder tree, string change)
    {
        switch (change)
        {
            case "file":
                tree.File("c3/f"u8, "changed"u8);
                break;
            case "mode":
                tree.Permissions("c3/d"u8, 0x1c0);
                break;
            case "new":
                tree.Directory("c3/d/new"u8);
                tree.File("c3/d/new/f"u8, "new"u8);
                break;
            case "removed":
                tree.Remove("c3/d"u8);
                break;
            case "moved":
                tree.Rename("c3/d"u8, "c4/e"u8);
                break;
            case "link":
                tree.HardLink("c3/f"u8, "c3/g"u8);
                break;
            default:
                tree.Remove("c3/.cvmfscatalog"u8);
                tree.File("c2/d/.cvmfscatalog"u8, []);
                break;
        }
    }

    private static IEnumerable<string> Lines(RevisionListing revision) => revision.Entries.Values.Select(entry =>
        $"{entry.Path} {entry.Entry.Mode} {entry.Entry.Mtime} {entry.Entry.Hash} {entry.Entry.Linkcount} {entry.Catalog}");

    private string Publish()
    {
        string source = home.NewFolder("source");
        using (TreeBuilder tree = new(source))
        {
            for (int number = 0; number < Catalogs; number++)
            {
                tree.Directory(Encoding.ASCII.GetBytes($"c{number}"));
                tree.File(Encoding.ASCII.GetBytes($"c{number}/.cvmfscatalog"), []);
                tree.File(Encoding.ASCII.GetBytes($"c{number}/f"), TreeContent.Random((ulong)number, 100));
                tree.Directory(Encoding.ASCII.GetBytes($"c{number}/d"));
            }
        }

        PassTheTick();
        home.Publish(source);
        return source;
    }

    private void Hide(RevisionListing revision, string path) => File.Move(Place(revision, path), Place(revision, path) + ".hidden");

    private void Show(RevisionListing revision, string path) => File.Move(Place(revision, path) + ".hidden", Place(revision, path));

    private string Place(RevisionListing revision, string path) => Path.Combine(home.Storage, ObjectKey.Of(revision.NameOf(path)));

    // Timestamps tick every few milliseconds: a change within a tick of being looked at would have to be looked for again.
    private static void PassTheTick()
    {
        DateTime start = DateTime.UtcNow;
        SpinWait.SpinUntil(() => DateTime.UtcNow - start > TimeSpan.FromMilliseconds(150));
    }
}
