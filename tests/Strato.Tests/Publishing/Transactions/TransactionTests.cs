using System.Text;
using Strato.Core;
using Strato.Publishing.Operations;
using Strato.Publishing.Transactions;
using Strato.Testing;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing.Transactions;

/// <summary>What a transaction is on disk, and what publishing and dropping make of it, without any mount.</summary>
public sealed class TransactionTests : IDisposable
{
    private readonly TransactionSite site = new();

    public void Dispose() => site.Dispose();

    [Fact]
    public void What_lies_in_a_scratch_directory_is_laid_over_the_revision()
    {
        site.PublishTree();
        using (TreeBuilder changes = new(site.Open().View))
        {
            changes.Directory("d"u8, permissions: 0x1c0);
            changes.File("d/new"u8, "new"u8);
            changes.File("d/.wh.gone"u8, []);
            changes.File("top"u8, "changed"u8);
            changes.Directory("hidden"u8);
            changes.File("hidden/.wh..wh..opq"u8, []);
            changes.File("hidden/only"u8, "only"u8);
            changes.File(".wh.whole"u8, []);
            changes.File(".wh.never-there"u8, []);
        }

        PublishOutcome outcome = site.Publish();

        Assert.True(outcome.IsChanged);
        Assert.Empty(site.Home.Check());
        using RevisionListing revision = site.Home.List();
        Assert.Equal(
            ["/", "/d", "/d/kept", "/d/new", "/d/pair-b", "/hidden", "/hidden/only", "/n", "/n/.cvmfscatalog", "/n/f", "/top"],
            revision.Entries.Keys.Select(path => path.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal("changed", TransactionSite.Content(revision, "/top"));
        Assert.Equal(0x1edu, TransactionSite.Entry(revision, "/d").Entry.Mode & 0xfff);
        Assert.False(Directory.Exists(site.Places.Folder));
    }

    [Fact]
    public void A_catalog_marker_comes_and_goes_and_catalogs_with_it()
    {
        site.PublishTree();
        using (TreeBuilder changes = new(site.Open().View))
        {
            changes.Directory("n"u8);
            changes.File("n/.wh..cvmfscatalog"u8, []);
            changes.Directory("d"u8);
            changes.File("d/.cvmfscatalog"u8, []);
        }

        site.Publish();

        Assert.Empty(site.Home.Check());
        using RevisionListing revision = site.Home.List();
        Assert.Equal(["/", "/d"], revision.Catalogs.Keys.Select(path => path.ToString()));
        Assert.Contains(revision.Entries.Keys, path => path.ToString() == "/n/f");
    }

    [Fact]
    public void A_changed_dirtab_counts_and_a_published_one_still_does()
    {
        using (TreeBuilder first = new(site.Open().View))
        {
            first.File(".cvmfsdirtab"u8, "/r/*\n"u8);
            first.Directory("r"u8);
            first.Directory("r/1"u8);
        }

        site.Publish();
        using (TreeBuilder second = new(site.Open().View))
        {
            second.Directory("r"u8);
            second.Directory("r/2"u8);
        }

        site.Publish();
        Assert.Empty(site.Home.Check());
        using RevisionListing revision = site.Home.List();
        Assert.Equal(["/", "/r/1", "/r/2"], revision.Catalogs.Keys.Select(path => path.ToString()));
    }

    [Fact]
    public void Only_catalogs_with_something_touched_are_made_anew()
    {
        string source = site.Home.NewFolder("source");
        using (TreeBuilder tree = new(source))
        {
            for (int number = 0; number < 20; number++)
            {
                tree.Directory(Encoding.ASCII.GetBytes($"c{number}"));
                tree.File(Encoding.ASCII.GetBytes($"c{number}/.cvmfscatalog"), []);
                tree.File(Encoding.ASCII.GetBytes($"c{number}/f"), TreeContent.Random((ulong)number, 100));
            }
        }

        site.Home.Publish(source);
        using (TreeBuilder changes = new(site.Open().View))
        {
            changes.Directory("c7"u8);
            changes.File("c7/g"u8, "one new file"u8);
        }

        PublishOutcome outcome = site.Publish();

        // One file, the catalog that it is in, the root catalog; the history is counted by nobody.
        Assert.Equal(1, outcome.Counts.Files);
        Assert.Equal(3, outcome.Counts.NewObjects);
        Assert.Empty(site.Home.Check());
    }

    [Fact]
    public void What_is_unchanged_makes_no_revision_and_ends_the_transaction()
    {
        site.PublishTree();
        ulong before = site.Home.List().Manifest.Revision;
        site.Open();

        Assert.False(site.Publish().IsChanged);

        Assert.Equal(before, site.Home.List().Manifest.Revision);
        Assert.Null(TransactionStatus.Find(TemporaryHome.Name, site.Home.Home));
    }

    [Fact]
    public void Changes_outside_of_the_path_are_refused_by_name_and_kept()
    {
        site.PublishTree();
        using (TreeBuilder changes = new(site.Open("/d").View))
        {
            changes.Directory("d"u8);
            changes.File("d/inside"u8, "inside"u8);
            changes.File("outside"u8, "outside"u8);
            changes.File(".wh.whole"u8, []);
        }

        StratoException refused = Assert.Throws<StratoException>(() => site.Publish());

        Assert.Contains("/outside", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/whole", refused.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(site.Places.Changes, "outside"));
        File.Delete(Path.Combine(site.Places.Changes, ".wh.whole"));
        Assert.True(site.Publish().IsChanged);
    }

    [Fact]
    public void Nobody_else_makes_a_revision_meanwhile()
    {
        string source = site.Home.NewFolder("source");
        site.Open();

        Assert.Contains("has a transaction open", Assert.Throws<StratoException>(() => site.Home.Publish(source)).Message, StringComparison.Ordinal);
        Assert.Contains("has a transaction open", Assert.Throws<StratoException>(() => site.Home.Ingest(new TarArchive().End(), "/x")).Message, StringComparison.Ordinal);
        Assert.Contains("has a transaction open", Assert.Throws<StratoException>(() => site.Open()).Message, StringComparison.Ordinal);
        RepositoryTags.Add(TemporaryHome.Name, "tags-are-no-revisions", "", site.Home.Context(TestContext.Current.CancellationToken));
        Assert.False(site.Publish().IsChanged);
    }

    [Fact]
    public void A_publish_that_was_killed_after_its_commit_is_not_done_twice()
    {
        site.PublishTree();
        File.WriteAllText(Path.Combine(site.Open().View, "f"), "f");
        TransactionRecord record = TransactionStatus.Find(TemporaryHome.Name, site.Home.Home)!;
        site.Publish();
        string root = site.Home.List().Manifest.RootCatalog.ToString();

        // As it is where the process ends before it takes the transaction away.
        Directory.CreateDirectory(site.Places.Changes);
        TransactionState.Write(site.Places, record with { Outcome = root });
        Assert.True(site.Publish().IsChanged);
        Assert.Equal(root, site.Home.List().Manifest.RootCatalog.ToString());
        Assert.False(Directory.Exists(site.Places.Folder));

        Directory.CreateDirectory(site.Places.Changes);
        TransactionState.Write(site.Places, record with { Outcome = root });
        site.Home.Publish(site.Home.NewFolder("empty"), deletes: false);
        site.Open();
    }

    [Fact]
    public void A_repository_that_changed_meanwhile_is_published_into_only_by_force()
    {
        site.PublishTree();
        File.WriteAllText(Path.Combine(site.Open().View, "f"), "f");
        TransactionRecord record = TransactionStatus.Find(TemporaryHome.Name, site.Home.Home)!;
        TransactionState.Write(site.Places, record with { RootCatalog = new string('0', 40) });

        Assert.Contains("has changed since", Assert.Throws<StratoException>(() => site.Publish()).Message, StringComparison.Ordinal);
        Assert.True(site.Publish(force: true).IsChanged);
        Assert.Empty(site.Home.Check());
    }

    [Fact]
    public void A_view_that_is_used_is_not_published_and_one_that_cannot_be_made_leaves_nothing()
    {
        site.Views.Failure = new StratoException("no view today");
        Assert.Equal("no view today", Assert.Throws<StratoException>(() => site.Open()).Message);
        Assert.False(Directory.Exists(site.Places.Folder));
        site.Views.Failure = null;
        site.Open();
        site.Views.User = "bash";
        Assert.Equal("bash uses the view", Assert.Throws<StratoException>(() => site.Publish()).Message);
        Assert.NotNull(TransactionStatus.Find(TemporaryHome.Name, site.Home.Home));
        site.Publish(force: true);
    }

    [Fact]
    public void Dropping_works_on_whatever_is_there()
    {
        Assert.False(site.Abort());
        site.Open();
        Assert.True(site.Abort());
        site.Open();
        File.WriteAllText(site.Places.Record, "{ damaged");
        Assert.Throws<StratoException>(() => site.Publish());
        Assert.True(site.Abort());
        site.Open();
        File.Delete(site.Places.Record);
        Directory.CreateDirectory(site.Places.Remains(3));
        site.Open();
        Assert.False(Directory.Exists(site.Places.Remains(3)));
        Assert.True(site.Abort());
        Assert.False(Directory.Exists(site.Places.Folder));
    }

    [Fact]
    public void A_clock_that_jumps_back_and_forth_changes_nothing()
    {
        ManualClock clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using TemporaryHome other = new() { Clock = clock };
        other.Make(TemporaryHome.SmallChunks);
        ulong before = other.List().Manifest.Revision;
        foreach (int days in (int[])[20, -700, 30])
        {
            TransactionRecord record = TransactionOpening.Run(new TransactionOpeningRequest { Repository = TemporaryHome.Name, Wait = TimeSpan.FromSeconds(1) }, other.Context(TestContext.Current.CancellationToken), site.Views);
            File.WriteAllText(Path.Combine(record.View, $"f{days}"), "f");
            clock.Advance(TimeSpan.FromDays(days));
            Assert.True(TransactionPublish.Run(new TransactionPublishRequest { Repository = TemporaryHome.Name }, other.Context(TestContext.Current.CancellationToken), site.Views).IsChanged);
        }

        Assert.Empty(other.Check());
        Assert.Equal(before + 3, other.List().Manifest.Revision);
    }
}
