using System.Text;
using Strato.Core;
using Strato.Posix;
using Strato.Publishing.Operations;
using Strato.Publishing.Pipeline;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>A source that cannot be published as it is fails with one line and leaves the revision before.</summary>
public sealed class SourceFailureTests
{
    [Fact]
    public void A_missing_source_or_one_that_is_a_file_is_refused()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string folder = home.NewFolder("source");
        File.WriteAllText(Path.Combine(folder, "file"), "x");

        AssertFails(home, Path.Combine(folder, "missing"));
        AssertFails(home, Path.Combine(folder, "file"));
    }

    [Theory]
    [InlineData(".cvmfs")] // reserved
    [InlineData(".cvmfscatalog")] // the root has its own catalog
    public void A_tree_that_claims_what_is_the_repositorys_own_is_refused(string name)
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        if (name == ".cvmfs")
        {
            Directory.CreateDirectory(Path.Combine(source, name));
        }
        else
        {
            File.WriteAllText(Path.Combine(source, name), string.Empty);
        }

        AssertFails(home, source);
    }

    [Fact]
    public void A_catalog_marker_that_is_no_file_is_refused()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        Directory.CreateDirectory(Path.Combine(source, "d", ".cvmfscatalog"));

        AssertFails(home, source);
    }

    [Fact]
    public void A_malformed_dirtab_is_refused()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, ".cvmfsdirtab"), "relative/*");

        AssertFails(home, source);
    }

    [Fact]
    public void A_file_that_vanished_since_it_was_listed_is_named()
    {
        StratoException error = Assert.Throws<StratoException>(() => SourceFile.Open("/nonexistent/vanished"u8.ToArray()));

        Assert.Contains("/nonexistent/vanished", error.Message, StringComparison.Ordinal);
        Assert.Contains("vanished while", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_keeps_changing_is_read_again_and_then_given_up()
    {
        byte[] path = "/dev/null"u8.ToArray();
        PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(Environment.ProcessPath!), out FileStatus regular).ThrowIfFailed("stat", path);
        for (int attempt = 1; attempt < SourceFile.Attempts; attempt++)
        {
            SourceFile.RequireRetry(path, regular, attempt);
        }

        Assert.Throws<StratoException>(() => SourceFile.RequireRetry(path, regular, SourceFile.Attempts));
    }

    [Fact]
    public void A_name_or_tag_that_cannot_be_is_refused_before_anything_is_read()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "a"), "a");

        Assert.Throws<StratoException>(() => home.Publish(source, tag: "trunk"));
        Assert.Throws<StratoException>(() => home.Publish(source, target: "relative"));
        Assert.Throws<StratoException>(() => home.Publish(source, target: "/a/../b"));
        Assert.Empty(home.Check());
    }

    [Fact]
    public void Cancelling_leaves_the_revision_before()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "a"), "a");
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => TreePublish.Run(
            new TreePublishRequest { Repository = TemporaryHome.Name, Source = source }, home.Context(cancelled.Token)));

        AssertUntouched(home);
    }

    private static void AssertFails(TemporaryHome home, string source)
    {
        StratoException error = Assert.Throws<StratoException>(() => home.Publish(source));
        Assert.DoesNotContain('\n', error.Message);
        AssertUntouched(home);
    }

    private static void AssertUntouched(TemporaryHome home)
    {
        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal(1u, revision.Manifest.Revision);
        Assert.Empty(Directory.GetFileSystemEntries(home.Home.Places(TemporaryHome.Name).Folder, "txn"));
    }
}
