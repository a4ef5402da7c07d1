using Strato.Core;
using Strato.Core.History;
using Strato.Publishing.Branches;
using Strato.Publishing.Operations;
using Strato.Publishing.Transactions;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>A publish on a branch makes a tagged revision beside the ones that clients follow.</summary>
public sealed class BranchTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly string source;

    public BranchTests()
    {
        source = home.NewFolder("source");
        Publish("one", "v1");
        Publish("two", "v2");
    }

    private OperationContext Context => home.Context(TestContext.Current.CancellationToken);

    [Fact]
    public void A_branch_starts_from_a_tag_and_leaves_the_default_one_alone()
    {
        CheckoutOutcome checkout = RevisionCheckout.Run(TemporaryHome.Name, "v1", "fixes", Context);
        Assert.Equal(("fixes", "v1", 2ul, true), (checkout.Branch, checkout.Tag, checkout.Revision, checkout.IsNew));
        PublishOutcome outcome = Publish("one, mended", "v1.1");

        Assert.Equal(3ul, outcome.Revision);
        Assert.Equal("two", Content(null));
        Assert.Equal("one, mended", Content("v1.1"));
        Assert.Empty(home.Check());
        HistoryTag tag = Tags().Single(tag => tag.Name == "v1.1");
        Assert.Equal(("fixes", outcome.RootCatalog), (tag.Branch, tag.RootCatalog.ToString()));
        Assert.Equal(3ul, Tags().Single(head => head.Name == "trunk").Revision);
        Assert.Equal(
            [new HistoryBranch("", null, 0), new HistoryBranch("fixes", "", 3)],
            RepositoryTags.ListBranches(TemporaryHome.Name, Context).OrderBy(branch => branch.Name, StringComparer.Ordinal));

        // The publish after it is on the default branch again.
        Assert.Equal(4ul, Publish("three", "v3").Revision);
        Assert.Equal("three", Content(null));
        Assert.Equal("one, mended", Content("v1.1"));
    }

    [Fact]
    public void A_branch_goes_on_from_its_newest_tag()
    {
        RevisionCheckout.Run(TemporaryHome.Name, "v1", "fixes", Context);
        Publish("one, mended", "v1.1");
        CheckoutOutcome checkout = RevisionCheckout.Run(TemporaryHome.Name, null, "fixes", Context);
        Assert.Equal(("v1.1", false), (checkout.Tag, checkout.IsNew));
        Publish("one, mended twice", "v1.2");
        RevisionCheckout.Run(TemporaryHome.Name, "v1.1", "other", Context);
        Publish("one, mended otherwise", "o1");

        Assert.Equal("one, mended twice", Content("v1.2"));
        Assert.Equal("one, mended otherwise", Content("o1"));
        Assert.Equal("fixes", RepositoryTags.ListBranches(TemporaryHome.Name, Context).Single(branch => branch.Name == "other").Parent);
        Assert.Empty(home.Check());
        Assert.Contains("/file: Size, Content", RecordedChanges.Of(home, "v1.1", "v1.2").Lines.Select(line => line.Replace(", Time", string.Empty, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_publish_that_changes_nothing_names_the_revision_on_the_branch()
    {
        RevisionCheckout.Run(TemporaryHome.Name, "v2", "stable", Context);
        Assert.False(home.Publish(source, tag: "s2").IsChanged);
        HistoryTag tag = Tags().Single(tag => tag.Name == "s2");
        Assert.Equal(("stable", 3ul), (tag.Branch, tag.Revision));
        Assert.Empty(home.Check());
    }

    [Fact]
    public void What_is_not_for_branches_is_refused_while_one_is_checked_out()
    {
        RevisionCheckout.Run(TemporaryHome.Name, "v1", "fixes", Context);
        Action[] refused =
        [
            () => Publish("nameless", null),
            () => RepositoryTags.Add(TemporaryHome.Name, "more", string.Empty, Context),
            () => RepositoryTags.Remove(TemporaryHome.Name, "v2", Context),
            () => RevisionRollback.Run(TemporaryHome.Name, "v1", isDryRun: false, Context),
            () => home.Ingest(new TarArchive().Add("d/", '5').End(), "/"),
        ];
        Assert.All(refused, action => Assert.Contains("fixes", Assert.Throws<StratoException>(action).Message, StringComparison.Ordinal));

        Assert.Equal(string.Empty, RevisionCheckout.Run(TemporaryHome.Name, null, null, Context).Branch);
        Assert.Equal("nameless", Content(null, () => Publish("nameless", null)));
    }

    [Fact]
    public void A_branch_is_not_checked_out_under_an_open_transaction()
    {
        ScratchViews views = new();
        TransactionOpening.Run(new TransactionOpeningRequest { Repository = TemporaryHome.Name }, Context, views);
        Assert.Throws<StratoException>(() => RevisionCheckout.Run(TemporaryHome.Name, "v1", "fixes", Context));
        Assert.False(File.Exists(home.Home.Places(TemporaryHome.Name).Checkout));
        TransactionAbort.Run(TemporaryHome.Name, Context, views);
        Assert.Equal("fixes", RevisionCheckout.Run(TemporaryHome.Name, "v1", "fixes", Context).Branch);
    }

    [Theory]
    [InlineData("v1", null, "name the branch")]
    [InlineData("absent", "fixes", "has no tag absent")]
    [InlineData(null, "absent", "has no branch absent")]
    [InlineData("v1", "with blank", "cannot use the branch name")]
    public void What_cannot_be_checked_out_is_told(string? tag, string? branch, string message)
    {
        StratoException error = Assert.Throws<StratoException>(() => RevisionCheckout.Run(TemporaryHome.Name, tag, branch, Context));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_between_the_manifest_and_the_end_of_the_checkout_the_publish_counts()
    {
        RevisionCheckout.Run(TemporaryHome.Name, "v1", "fixes", Context);
        string checkout = home.Home.Places(TemporaryHome.Name).Checkout;
        byte[] before = File.ReadAllBytes(checkout);
        Publish("one, mended", "v1.1");
        File.WriteAllBytes(checkout, before);

        Assert.Equal(4ul, Publish("three", "v3").Revision);
        Assert.Equal("three", Content(null));
        Assert.False(File.Exists(checkout));
    }

    public void Dispose() => home.Dispose();

    private PublishOutcome Publish(string content, string? tag)
    {
        File.WriteAllText(Path.Combine(source, "file"), content);
        return home.Publish(source, tag: tag);
    }

    private string Content(string? tag, Func<PublishOutcome>? before = null)
    {
        before?.Invoke();
        using RevisionListing current = home.List(tag);
        RevisionEntry file = current.Entries.Values.Single(entry => entry.Path.ToString() == "/file");
        return System.Text.Encoding.UTF8.GetString(current.ReadContent(file));
    }

    private IReadOnlyList<HistoryTag> Tags() => RepositoryTags.List(TemporaryHome.Name, Context);
}
