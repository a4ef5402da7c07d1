using Strato.Core;
using Strato.Publishing.Nesting;

namespace Strato.Tests.Publishing;

public sealed class DirtabTests
{
    [Theory]
    [InlineData("/software/*", "/software/1.0", true)]
    [InlineData("/software/*", "/software/.hidden", true)]
    [InlineData("/software/*", "/software/1.0/lib", false)]
    [InlineData("/software/*", "/software", false)]
    [InlineData("/a/*/c", "/a/b/c", true)]
    [InlineData("/a/?", "/a/b", true)]
    [InlineData("/a/?", "/a/bc", false)]
    [InlineData("/a/[bc]x", "/a/cx", true)]
    [InlineData("/a/[!bc]x", "/a/cx", false)]
    [InlineData("/a/[b-d]", "/a/c", true)]
    [InlineData("/a/\\*", "/a/*", true)]
    [InlineData("/a/\\*", "/a/b", false)]
    [InlineData("/a//b/", "/a/b", true)]
    [InlineData("# /a/*\n\n  /b/* \n", "/a/x", false)]
    [InlineData("# /a/*\n\n  /b/* \n", "/b/x", true)]
    [InlineData("/a/*\n! *.svn", "/a/x.svn", false)]
    [InlineData("/a/*\n! *.svn", "/a/x", true)]
    [InlineData("/a/*/*\n! /a/n*", "/a/nightly/x", false)]
    public void A_directory_gets_a_catalog_where_a_rule_asks_and_none_forbids(string rules, string path, bool expected) =>
        Assert.Equal(expected, Dirtab.Parse(System.Text.Encoding.UTF8.GetBytes(rules)).AsksForCatalogAt(System.Text.Encoding.UTF8.GetBytes(path)));

    [Theory]
    [InlineData("relative/*")]
    [InlineData("/")]
    [InlineData("/a\\b")]
    [InlineData("/a/*\n!/a/*")]
    public void A_rule_that_cannot_be_meant_is_refused(string rules) =>
        Assert.Throws<StratoException>(() => Dirtab.Parse(System.Text.Encoding.UTF8.GetBytes(rules)));

    [Fact]
    public void Many_stars_cost_no_more_than_a_little_time()
    {
        Dirtab dirtab = Dirtab.Parse(System.Text.Encoding.ASCII.GetBytes("/" + string.Concat(Enumerable.Repeat("*a", 100)) + "b"));
        Assert.False(dirtab.AsksForCatalogAt(System.Text.Encoding.ASCII.GetBytes("/" + new string('a', 4000))));
    }
}
