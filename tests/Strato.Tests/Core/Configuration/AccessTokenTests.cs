using Strato.Core;
using Strato.Core.Configuration;
using Strato.Testing;

namespace Strato.Tests.Core.Configuration;

public sealed class AccessTokenTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("abc.def-123", "abc.def-123")]
    [InlineData("  abc \nsecond line\n", "abc")]
    public void The_first_line_is_the_token(string content, string token)
    {
        File.WriteAllText(folder["token"], content);
        AccessToken read = AccessToken.Read(folder["token"]);
        Assert.Equal(token, read.Text);
        Assert.Equal(64, read.Digest.Length);
        Assert.DoesNotContain(token, read.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ntoken")]
    [InlineData("two words")]
    [InlineData("tok\rHeader: x")]
    [InlineData("ümlaut")]
    public void What_could_break_a_header_is_refused_without_being_shown(string content)
    {
        File.WriteAllText(folder["token"], content);
        StratoException refused = Assert.Throws<StratoException>(() => AccessToken.Read(folder["token"]));
        Assert.Contains(folder["token"], refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Header", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_too_long_or_not_there_are_refused()
    {
        File.WriteAllText(folder["token"], new string('a', 20_000));
        Assert.Throws<StratoException>(() => AccessToken.Read(folder["token"]));
        Assert.Throws<StratoException>(() => AccessToken.Read(folder["none"]));
    }
}
