using System.IO.Compression;
using System.Text;
using Strato.Core;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Publishing;

/// <summary>Tarballs that nobody writes by accident: they are taken for what they say, or refused in one line with nothing published.</summary>
public sealed class HostileTarballTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();

    [Theory]
    [InlineData(2000, true)] // 4 kB: what a kernel opens
    [InlineData(100_000, false)]
    public void Depth_is_bounded_by_what_a_kernel_opens(int depth, bool isTaken)
    {
        string path = string.Concat(Enumerable.Repeat("d/", depth)) + "f";
        Action ingest = () => home.Ingest(new TarArchive().Pax(("path", path)).Add("short", content: "f").End(), "/to");
        if (!isTaken)
        {
            AssertRefused(ingest, "longer than");
            return;
        }

        ingest();
        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal(depth + 3, revision.Entries.Count);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [InlineData(1_000_000, false)]
    public void Names_are_as_long_as_a_kernel_takes(int length, bool isTaken)
    {
        Action ingest = () => home.Ingest(new TarArchive().Pax(("path", new string('n', length))).Add("short").End(), "/to");
        if (isTaken)
        {
            ingest();
            Assert.Empty(home.Check());
        }
        else
        {
            AssertRefused(ingest, $"a name of {length} bytes");
        }
    }

    [Fact]
    public void An_extension_header_without_end_is_not_kept() =>
        AssertRefused(() => home.Ingest(new TarArchive().Add("pax"u8.ToArray(), 'x', [], [], size: 1L << 33).End(), "/to"), "extension header is too large");

    [Theory]
    [InlineData(8L << 30)]
    [InlineData((1L << 33) - 1)]
    public void A_size_that_the_archive_does_not_have_is_a_truncation(long size) =>
        AssertRefused(() => home.Ingest(new TarArchive().Add("huge"u8.ToArray(), '0', "little"u8.ToArray(), [], size: size).End(), "/to"), "ends too early");

    [Theory]
    [InlineData("size", "-1")]
    [InlineData("size", "99999999999999999999")]
    [InlineData("mtime", "when")]
    [InlineData("uid", "-1")]
    [InlineData("gid", "4294967296")]
    public void Numbers_out_of_range_are_refused(string key, string value) =>
        AssertRefused(() => home.Ingest(new TarArchive().Pax((key, value)).Add("f", content: "f").End(), "/to"), null);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData("/")]
    public void A_file_cannot_take_the_targets_place(string name) =>
        AssertRefused(() => home.Ingest(new TarArchive().Pax(("path", name.Length == 0 ? "." : name)).Add("f", content: "f").End(), "/to"), null);

    [Theory]
    [InlineData("../x")]
    [InlineData("/../x")]
    [InlineData("a/./../../x")]
    [InlineData("..")]
    public void No_name_leads_out_of_the_target(string name) =>
        AssertRefused(() => home.Ingest(new TarArchive().Add("a/", '5').Add(name, content: "x").End(), "/to"), "contains '..'");

    [Fact]
    public void Hard_links_to_directories_and_in_circles_are_refused_or_nothing()
    {
        AssertRefused(() => home.Ingest(new TarArchive().Add("d/", '5').Add("l", '1', link: "d").End(), "/to"), "is no file");
        AssertRefused(() => home.Ingest(new TarArchive().Add("a", '1', link: "b").Add("b", '1', link: "a").End(), "/to"), "is no file");
    }

    [Fact]
    public void A_path_may_come_a_thousand_times_as_everything()
    {
        TarArchive archive = new();
        for (int round = 0; round < 250; round++)
        {
            archive.Add("x", content: $"{round}").Add("x", '2', link: $"to{round}").Add("x/", '5').Add("x", '6');
        }

        home.Ingest(archive.Add("x", content: "last").End(), "/to");

        Assert.Empty(home.Check());
        using RevisionListing revision = home.List();
        Assert.Equal(["/", "/to", "/to/x"], revision.Entries.Keys.Select(path => path.ToString()));
        Assert.Equal("last", Encoding.ASCII.GetString(revision.ReadContent(revision.Entries.Values.Last())));
    }

    [Fact]
    public void What_follows_the_end_mark_does_not_count()
    {
        byte[] whole = new TarArchive().Add("f", content: "f").End().ToArray();

        home.Ingest(new MemoryStream([.. whole, .. whole, .. "garbage"u8]), "/to");

        Assert.Empty(home.Check());
    }

    [Fact]
    public void Damaged_gzip_gives_the_right_content_or_nothing()
    {
        string content = Encoding.ASCII.GetString(TreeContent.Text(1, 5000));
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            new TarArchive().Add("f", content: content).End().CopyTo(gzip);
        }

        byte[] bytes = packed.ToArray();
        AssertRefused(() => home.Ingest(new MemoryStream(bytes[..(bytes.Length / 2)]), "/to"), "ends too early");
        for (int position = 12; position < bytes.Length; position += bytes.Length / 12)
        {
            byte[] damaged = [.. bytes];
            damaged[position] ^= 0x55;
            Exception? failure = Record.Exception(() => home.Ingest(new MemoryStream(damaged), "/to"));
            Assert.True(failure is StratoException or null, failure?.ToString());
            using RevisionListing revision = home.List();
            Assert.All(revision.Entries.Values.Where(entry => entry.Path.ToString() == "/to/f"), entry => Assert.Equal(content, Encoding.ASCII.GetString(revision.ReadContent(entry))));
        }
    }

    [Theory]
    [InlineData("BZh91AY", "bzip2")]
    [InlineData("PK\u0003\u0004xx", "zip")]
    [InlineData("not a tarball at all, but long enough to fill a whole block and more", "checksum")]
    public void What_is_no_tarball_is_named(string start, string named) =>
        AssertRefused(() => home.Ingest(new MemoryStream(Encoding.Latin1.GetBytes(start.PadRight(1024, 'x'))), "/to"), named);

    public void Dispose() => home.Dispose();

    private void AssertRefused(Action ingest, string? reason)
    {
        StratoException error = Assert.Throws<StratoException>(ingest);
        Assert.DoesNotContain('\n', error.Message);
        Assert.InRange(error.Message.Length, 1, 600);
        Assert.Contains(reason ?? string.Empty, error.Message, StringComparison.Ordinal);
        using RevisionListing revision = home.List();
        Assert.Equal(1u, revision.Manifest.Revision);
        Assert.False(Directory.Exists(home.Home.Places(TemporaryHome.Name).Work));
    }
}
