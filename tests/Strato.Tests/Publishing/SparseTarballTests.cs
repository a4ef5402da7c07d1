using System.Text;
using Strato.Core;
using Strato.Publishing.Tarballs;

namespace Strato.Tests.Publishing;

/// <summary>The four ways in which tar writes sparse files, and maps in each that lie.</summary>
public sealed class SparseTarballTests
{
    private const string Whole = "\0\0abc\0\0\0d\0";

    [Fact]
    public void Old_gnu_headers_carry_the_map()
    {
        TarReader reader = Open(new TarArchive().OldSparse("s", [(2, 3), (8, 1), (10, 0)], 10, "abcd"));

        AssertReads(reader, "s", Whole);
    }

    [Fact]
    public void Old_gnu_maps_go_on_in_blocks_after_the_header()
    {
        (long, long)[] regions = [.. Enumerable.Range(0, 50).Select(number => (number * 10L, 1L))];
        TarReader reader = Open(new TarArchive().OldSparse("s", regions, 500, new string('x', 50)).Add("next", content: "n"));

        Assert.True(reader.TryReadEntry(out TarEntry? entry));
        Assert.Equal(500, entry.Size);
        string content = ReadAll(reader);
        Assert.Equal(50, content.Count(letter => letter == 'x'));
        Assert.Equal('x', content[490]);
        AssertReads(reader, "next", "n");
    }

    [Fact]
    public void Pax_format_0_0_has_a_pair_of_records_for_each_region()
    {
        TarReader reader = Open(new TarArchive()
            .Pax(("GNU.sparse.size", "10"), ("GNU.sparse.numblocks", "2"), ("GNU.sparse.offset", "2"), ("GNU.sparse.numbytes", "3"), ("GNU.sparse.offset", "8"), ("GNU.sparse.numbytes", "1"))
            .Add("s", content: "abcd"));

        AssertReads(reader, "s", Whole);
    }

    [Fact]
    public void Pax_format_0_1_has_one_record()
    {
        TarReader reader = Open(new TarArchive()
            .Pax(("GNU.sparse.map", "2,3,8,1"), ("GNU.sparse.size", "10"), ("GNU.sparse.name", "s"))
            .Add("GNUSparseFile.0/s", content: "abcd"));

        AssertReads(reader, "s", Whole);
    }

    [Fact]
    public void Pax_format_1_0_puts_the_map_before_the_content()
    {
        TarReader reader = Open(new TarArchive()
            .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "10"), ("GNU.sparse.name", "s"))
            .Add("GNUSparseFile.0/s", content: Map("2\n2\n3\n8\n1\n") + "abcd")
            .Add("next", content: "n"));

        AssertReads(reader, "s", Whole);
        AssertReads(reader, "next", "n");
    }

    [Fact]
    public void A_file_may_be_one_hole()
    {
        TarReader reader = Open(new TarArchive()
            .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "10"), ("GNU.sparse.name", "s"))
            .Add("GNUSparseFile.0/s", content: Map("1\n10\n0\n")));

        AssertReads(reader, "s", new string('\0', 10));
    }

    [Theory]
    [InlineData(10, 5, 3, 2, 1)] // not rising
    [InlineData(10, 0, 3, 8, 9)] // beyond the end
    [InlineData(10, 0, 9, 9, 1)] // more than is stored
    [InlineData(10, 0, 1, 2, 1)] // less than is stored
    [InlineData(3, 0, 3, 5, 1)] // the whole is shorter than the map
    public void An_old_map_that_lies_is_refused(long size, long firstOffset, long firstLength, long secondOffset, long secondLength) =>
        AssertRefused(new TarArchive().OldSparse("s", [(firstOffset, firstLength), (secondOffset, secondLength)], size, "abcd"));

    [Theory]
    [InlineData("")]
    [InlineData("x\n")]
    [InlineData("-1\n")]
    [InlineData("99999999999999999999\n")]
    [InlineData("9223372036854775807\n")]
    [InlineData("2\n2\n3\n8\n")] // one number is missing
    [InlineData("1\n9223372036854775807\n4\n")]
    [InlineData("1\n0\n5\n")] // more than is stored
    public void A_map_before_the_content_that_lies_is_refused(string map) => AssertRefused(new TarArchive()
        .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "10"), ("GNU.sparse.name", "s"))
        .Add("s", content: Map(map) + "abcd"));

    [Fact]
    public void A_map_longer_than_the_archive_is_refused() => AssertRefused(new TarArchive()
        .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "10"), ("GNU.sparse.name", "s"))
        .Add("s", content: new string('1', 512)));

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public void A_size_that_is_none_is_refused(string size) => AssertRefused(new TarArchive()
        .Pax(("GNU.sparse.map", "2,3,8,1"), ("GNU.sparse.size", size))
        .Add("s", content: "abcd"));

    private static string Map(string lines) => lines.PadRight(512, '\0');

    private static TarReader Open(TarArchive archive) => new(archive.End(), "test");

    private static void AssertReads(TarReader reader, string name, string content)
    {
        Assert.True(reader.TryReadEntry(out TarEntry? entry));
        Assert.Equal(name, Encoding.ASCII.GetString(entry.Name));
        Assert.Equal(content.Length, entry.Size);
        Assert.Equal(content, ReadAll(reader));
    }

    private static void AssertRefused(TarArchive archive)
    {
        TarReader reader = Open(archive);
        StratoException error = Assert.Throws<StratoException>(() =>
        {
            while (reader.TryReadEntry(out _))
            {
                ReadAll(reader);
            }
        });
        Assert.DoesNotContain('\n', error.Message);
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
