using Strato.Core;
using Strato.Publishing.Operations;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing.Transactions;

/// <summary>A subtree that a transaction copies in the catalogs.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly TransactionSite site = new();

    public void Dispose() => site.Dispose();

    [Fact]
    public void A_template_is_copied_in_the_catalogs_alone()
    {
        site.PublishTree();
        site.Open("/copies", ("/n", "/copies/n2"));
        using (RevisionListing before = site.Home.List())
        {
            Assert.DoesNotContain(before.Entries.Keys, path => path.ToString().StartsWith("/copies", StringComparison.Ordinal));
        }

        PublishOutcome outcome = site.Publish();

        Assert.Equal(0, outcome.Counts.Files);
        Assert.Empty(site.Home.Check());
        using RevisionListing revision = site.Home.List();
        Assert.Equal(["/", "/copies/n2", "/n"], revision.Catalogs.Keys.Select(path => path.ToString()));
        Assert.Equal(TransactionSite.Entry(revision, "/n/f").Entry.Hash, TransactionSite.Entry(revision, "/copies/n2/f").Entry.Hash);
    }

    [Fact]
    public void A_template_keeps_hard_links_and_chunks_and_may_be_changed_at_once()
    {
        site.PublishTree();
        using (TreeBuilder changes = new(site.Open("/", ("/d", "/e")).View))
        {
            changes.Directory("e"u8);
            changes.File("e/.wh.gone"u8, []);
            changes.File("e/more"u8, TreeContent.Random(9, 100));
        }

        site.Publish();

        Assert.Empty(site.Home.Check());
        using RevisionListing revision = site.Home.List();
        Assert.Equal(["/e", "/e/kept", "/e/more", "/e/pair-b"], revision.Entries.Keys.Select(path => path.ToString()).Where(path => path.StartsWith("/e", StringComparison.Ordinal)));
        Assert.Equal(2u, TransactionSite.Entry(revision, "/e/kept").Entry.Linkcount);
        Assert.Equal(TransactionSite.Entry(revision, "/e/kept").Entry.HardlinkGroup, TransactionSite.Entry(revision, "/e/pair-b").Entry.HardlinkGroup);
        Assert.NotEmpty(TransactionSite.Entry(revision, "/e/kept").Chunks);
    }

    [Theory]
    [InlineData("/nowhere", "/x", "no such directory")]
    [InlineData("/n", "/d", "something is there")]
    [InlineData("/n", "/n/inside", "beside each other")]
    [InlineData("/top", "/x", "no such directory")]
    public void A_template_that_cannot_be_copied_leaves_no_transaction(string from, string to, string reason)
    {
        site.PublishTree();
        StratoException refused = Assert.Throws<StratoException>(() => site.Open("/", (from, to)));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(site.Places.Folder));
        Assert.Empty(site.Home.Check());
    }
}
