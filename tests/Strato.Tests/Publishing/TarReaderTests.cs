using System.Text;
using Strato.Core;
using Strato.Publishing.Tarballs;

namespace Strato.Tests.Publishing;

public sealed class TarReaderTests
{
    [Fact]
    public void Names_are_bytes_and_content_is_read_forward()
    {
        byte[] name = [(byte)'d', (byte)'/', 0xe9];
        TarReader reader = new(new TarArchive().Add(name, '0', "hello"u8.ToArray(), []).Add("dir/", '5').End(), "test");

        Assert.True(reader.TryReadEntry(out TarEntry? file));
        Assert.Equal(name, file.Name);
        Assert.Equal("hello", ReadAll(reader));
        Assert.True(reader.TryReadEntry(out TarEntry? directory));
        Assert.Equal(TarEntryType.Directory, directory.Type);
        Assert.False(reader.TryReadEntry(out _));
    }

    [Fact]
    public void Pax_records_say_more_than_the_header()
    {
        string longName = new('n', 300);
        TarReader reader = new(
            new TarArchive().Pax(("path", longName), ("mtime", "1700000000.25"), ("uid", "4000000000"), ("SCHILY.xattr.user.a", "v")).Add("short").End(), "test");

        Assert.True(reader.TryReadEntry(out TarEntry? entry));
        Assert.Equal(longName, Encoding.ASCII.GetString(entry.Name));
        Assert.Equal(250_000_000, entry.MtimeNanoseconds);
        Assert.Equal(4_000_000_000, entry.Uid);
        Assert.Equal("user.a", Encoding.ASCII.GetString(Assert.Single(entry.Xattrs).Key));
    }

    [Fact]
    public void Gnu_long_names_and_links_stand_before_their_entry()
    {
        string target = new('t', 200);
        TarReader reader = new(new TarArchive().Add("././@LongLink", 'K', target + "\0").Add("link", '2').End(), "test");

        Assert.True(reader.TryReadEntry(out TarEntry? entry));
        Assert.Equal(target, Encoding.ASCII.GetString(entry.LinkTarget));
    }

    [Theory]
    [InlineData("5,3,2,1")] // not rising
    [InlineData("0,3,8,2")] // beyond the end
    [InlineData("0,9")] // more than is stored
    [InlineData("0")]
    [InlineData("0,-4")]
    public void A_sparse_map_that_lies_is_refused(string map)
    {
        TarReader reader = new(new TarArchive().Pax(("GNU.sparse.map", map), ("GNU.sparse.size", "9")).Add("x", content: "abcd").End(), "test");

        Assert.Throws<StratoException>(() => reader.TryReadEntry(out _));
    }

    [Fact]
    public void An_archive_that_ends_anywhere_but_at_its_end_mark_is_truncated()
    {
        TarArchive archive = new TarArchive().Add("a", content: new string('x', 600)).Add("b", content: "y");
        int whole = (int)archive.Cut().Length;
        for (int length = 1; length <= whole; length += 97)
        {
            Assert.Throws<StratoException>(() => ReadToEnd(archive.Cut(length)));
        }

        ReadToEnd(archive.End());
        ReadToEnd(new MemoryStream());
    }

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        byte[] bytes = new TarArchive().Add("a").End().ToArray();
        bytes[3]++;

        Assert.Throws<StratoException>(() => ReadToEnd(new MemoryStream(bytes)));
    }

    private static void ReadToEnd(Stream stream)
    {
        TarReader reader = new(stream, "test");
        while (reader.TryReadEntry(out _))
        {
            ReadAll(reader);
        }
    }

    private static string ReadAll(TarReader reader)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[7];
        int count;
        while ((count = reader.ReadContent(buffer)) > 0)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
