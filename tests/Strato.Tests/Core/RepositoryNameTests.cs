using Strato.Core;

namespace Strato.Tests.Core;

public sealed class RepositoryNameTests
{
    [Theory]
    [InlineData("sft.example.org", true)]
    [InlineData("a", true)]
    [InlineData("0-9_.Z", true)]
    [InlineData("", false)]
    [InlineData(".hidden", false)]
    [InlineData("-option", false)]
    [InlineData("dot.", false)]
    [InlineData("a..b", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ä.org", false)]
    public void A_name_is_one_for_files_and_urls(string name, bool isValid)
    {
        Assert.Equal(isValid, RepositoryName.IsValid(name));
        Assert.Equal(isValid, Record.Exception(() => RepositoryName.Require(name)) is null);
    }

    [Theory]
    [InlineData(60, true, true)]
    [InlineData(61, true, false)]
    [InlineData(240, true, false)]
    [InlineData(241, false, false)]
    public void New_names_are_shorter_than_those_that_are_read(int length, bool isValid, bool isValidNew)
    {
        string name = new('a', length);
        Assert.Equal(isValid, RepositoryName.IsValid(name));
        Assert.Equal(isValidNew, RepositoryName.IsValidNew(name));
    }

    [Theory]
    [InlineData("atlas", "cern.ch", "atlas.cern.ch")]
    [InlineData("atlas.cern.ch", "egi.eu", "atlas.cern.ch")]
    [InlineData("atlas", null, "atlas")]
    public void A_name_without_a_dot_gets_the_default_domain(string name, string? domain, string expected) =>
        Assert.Equal(expected, RepositoryName.Qualify(name, domain));
}
