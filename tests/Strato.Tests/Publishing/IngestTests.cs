using System.IO.Compression;
using System.Text;
using Strato.Core;
using Strato.Core.Paths;
using Strato.Publishing.Operations;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

public sealed class IngestTests
{
    [Fact]
    public void What_comes_last_under_a_path_wins_and_links_share_content()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string large = new('l', 300_000);
        Stream archive = new TarArchive().Add("d/", '5').Add("d/f", content: large).Add("d/l", '1', link: "d/f").Add("d/f", content: "last").Add("/abs", content: "abs").Add("./d/s", '2', link: "../../../etc").End();

        PublishOutcome outcome = home.Ingest(archive, "/to", makesCatalog: true);

        Assert.True(outcome.IsChanged);
        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal("last", Content(revision, "/to/d/f"));
        Assert.Equal(large, Content(revision, "/to/d/l"));
        Assert.Equal("abs", Content(revision, "/to/abs"));
        Assert.Equal("../../../etc", Encoding.ASCII.GetString(Entry(revision, "/to/d/s").Entry.Symlink));
        Assert.Equal("/to", Entry(revision, "/to/d/f").Catalog.ToString());
    }

    [Fact]
    public void The_same_archive_again_makes_no_revision_and_gzip_is_unpacked()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        byte[] archive = new TarArchive().Add("d/", '5', mode: 0x1ed).Add("d/f", content: "content").End().ToArray();
        home.Ingest(new MemoryStream(archive), "/to");
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(archive);
        }

        packed.Position = 0;
        Assert.False(home.Ingest(packed, "/to").IsChanged);
    }

    [Fact]
    public void Deleting_goes_before_and_may_take_nested_catalogs()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        home.Ingest(new TarArchive().Add("n/.cvmfscatalog").Add("n/m/.cvmfscatalog").Add("n/m/f", content: "f").End(), "/a");

        home.Ingest(new TarArchive().Add("n", content: "a file now").End(), "/a", makesCatalog: false, "/a/n");

        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal("a file now", Content(revision, "/a/n"));
        Assert.Single(revision.Catalogs);
    }

    [Theory]
    [InlineData("../escape", '0', "")]
    [InlineData("a/../../b", '0', "")]
    [InlineData("l/below", '0', "")] // l is a symbolic link in the archive
    [InlineData("f/below", '0', "")] // f is a file in the archive
    [InlineData("h", '1', "nowhere")]
    [InlineData("h", '1', "../../outside")]
    [InlineData("full", '0', "")] // a directory with something in it
    [InlineData(".cvmfscatalog", '2', "x")]
    [InlineData("empty-link", '2', "")]
    public void An_entry_that_cannot_be_meant_publishes_nothing(string name, char type, string link)
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        Stream archive = new TarArchive().Add("ok", content: "ok").Add("l", '2', link: "/etc").Add("f", content: "f").Add("full/x", content: "x").Add(name, type, link: link).End();

        StratoException error = Assert.Throws<StratoException>(() => home.Ingest(archive, "/to"));

        Assert.DoesNotContain('\n', error.Message);
        AssertUntouched(home);
    }

    [Fact]
    public void A_truncated_archive_publishes_nothing()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        TarArchive archive = new TarArchive().Add("a", content: new string('a', 400_000)).Add("b", content: "b");

        Assert.Throws<StratoException>(() => home.Ingest(archive.Cut(200_000), "/to"));
        Assert.Throws<StratoException>(() => home.Ingest(archive.Cut(), "/to"));
        AssertUntouched(home);
    }

    [Fact]
    public void A_huge_sparse_file_is_streamed()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        Stream archive = new TarArchive().Pax(("GNU.sparse.map", "0,4"), ("GNU.sparse.size", "33554432")).Add("s", content: "abcd").End();

        home.Ingest(archive, "/to");

        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal(33_554_432, Entry(revision, "/to/s").Entry.Size);
    }

    [Theory]
    [InlineData(new byte[] { 0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0 }, "xz")]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0, 0 }, "zstd")]
    public void Other_compressions_are_named(byte[] head, string name)
    {
        using TemporaryHome home = TemporaryHome.WithRepository();

        Assert.Contains(name, Assert.Throws<StratoException>(() => home.Ingest(new MemoryStream(head), "/to")).Message, StringComparison.Ordinal);
    }

    private static void AssertUntouched(TemporaryHome home)
    {
        using RevisionListing revision = home.List();
        Assert.Single(revision.Entries);
        Assert.Equal(1u, revision.Manifest.Revision);
    }

    private static RevisionEntry Entry(RevisionListing revision, string path)
    {
        Assert.True(RepositoryPath.TryParse(Encoding.UTF8.GetBytes(path), out RepositoryPath parsed));
        return revision.Entries[parsed];
    }

    private static string Content(RevisionListing revision, string path) => Encoding.Latin1.GetString(revision.ReadContent(Entry(revision, path)));
}
