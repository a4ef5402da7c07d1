using Strato.Core;
using Strato.Core.History;
using Strato.Publishing.Operations;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>Going back makes a new revision with old content, and forgets the tags of what came after it, as the genuine tools do.</summary>
public sealed class RollbackTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly string source;

    public RollbackTests()
    {
        source = home.NewFolder("source");
        for (int version = 1; version <= 3; version++)
        {
            PublishVersion(version);
        }
    }

    private OperationContext Context => home.Context(TestContext.Current.CancellationToken);

    [Fact]
    public void The_content_of_a_tag_is_the_next_revision()
    {
        RollbackOutcome outcome = RevisionRollback.Run(TemporaryHome.Name, "v1", isDryRun: false, Context);

        Assert.Equal(5ul, outcome.Revision);
        Assert.Equal(["v3", "v2"], outcome.Removed.Select(tag => tag.Name));
        Assert.Equal("version 1", Content());
        Assert.Empty(home.Check());
        IReadOnlyList<HistoryTag> tags = Tags();
        Assert.Equal(["trunk", "v1"], tags.Select(tag => tag.Name).Order(StringComparer.Ordinal));
        Assert.All(tags, tag => Assert.Equal((5ul, outcome.RootCatalog), (tag.Revision, tag.RootCatalog.ToString())));
        Assert.DoesNotContain("/", RecordedChanges.Of(home, "2", "trunk").Lines);
        Assert.Empty(RecordedChanges.Of(home, "2", "trunk").Changes);
    }

    [Fact]
    public void Without_a_tag_the_last_revision_is_undone_once()
    {
        Assert.Equal(5ul, RevisionRollback.Run(TemporaryHome.Name, null, isDryRun: false, Context).Revision);
        Assert.Equal("version 2", Content());
        Assert.Equal(["trunk", "v1", "v2"], Tags().Select(tag => tag.Name).Order(StringComparer.Ordinal));

        StratoException error = Assert.Throws<StratoException>(() => RevisionRollback.Run(TemporaryHome.Name, null, isDryRun: false, Context));
        Assert.Contains("name a tag with --tag", error.Message, StringComparison.Ordinal);
        PublishVersion(4);
        Assert.Equal(7ul, RevisionRollback.Run(TemporaryHome.Name, null, isDryRun: false, Context).Revision);
        Assert.Equal("version 2", Content());
        Assert.Empty(home.Check());
    }

    [Fact]
    public void After_going_back_publishing_goes_on()
    {
        RevisionRollback.Run(TemporaryHome.Name, "v1", isDryRun: false, Context);
        PublishOutcome outcome = home.Publish(source, tag: "again");
        Assert.True(outcome.IsChanged);
        Assert.Equal(6ul, outcome.Revision);
        Assert.Equal("version 3", Content());
        Assert.Contains(Tags(), tag => tag is { Name: "trunk-previous", Revision: 5 });
        Assert.Empty(home.Check());
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        byte[] manifest = File.ReadAllBytes(Path.Combine(home.Storage, ".cvmfspublished"));
        RollbackOutcome outcome = RevisionRollback.Run(TemporaryHome.Name, "v1", isDryRun: true, Context);
        Assert.Equal(5ul, outcome.Revision);
        Assert.Equal(["v3", "v2"], outcome.Removed.Select(tag => tag.Name));
        Assert.Equal(manifest, File.ReadAllBytes(Path.Combine(home.Storage, ".cvmfspublished")));
    }

    [Theory]
    [InlineData("absent", "has no tag absent")]
    [InlineData("v3", "names the current revision")]
    [InlineData("trunk", "names the current revision")]
    public void What_cannot_be_gone_back_to_is_refused(string tag, string message)
    {
        byte[] manifest = File.ReadAllBytes(Path.Combine(home.Storage, ".cvmfspublished"));
        StratoException error = Assert.Throws<StratoException>(() => RevisionRollback.Run(TemporaryHome.Name, tag, isDryRun: false, Context));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllBytes(Path.Combine(home.Storage, ".cvmfspublished")));
    }

    public void Dispose() => home.Dispose();

    private void PublishVersion(int version)
    {
        File.WriteAllText(Path.Combine(source, "file"), $"version {version}");
        home.Publish(source, tag: $"v{version}");
    }

    private string Content()
    {
        using RevisionListing current = home.List();
        RevisionEntry file = current.Entries.Values.Single(entry => entry.Path.ToString() == "/file");
        return System.Text.Encoding.UTF8.GetString(current.ReadContent(file));
    }

    private IReadOnlyList<HistoryTag> Tags() => RepositoryTags.List(TemporaryHome.Name, Context);
}
