using System.Text;
using Strato.Client.Namespace;

namespace Strato.Tests.Client.Namespace;

public sealed class SymlinkVariablesTests
{
    private static readonly SymlinkVariables Variables = new([KeyValuePair.Create("OS", "el9"), KeyValuePair.Create("NESTED", "$(OS)")]);

    [Theory]
    [InlineData("plain/target", "plain/target")]
    [InlineData("$(OS)/lib", "el9/lib")]
    [InlineData("a/$(OS)/$(OS)", "a/el9/el9")]
    [InlineData("$(UNSET)/x", "/x")]
    [InlineData("$(UNSET:-/default)/x", "/default/x")]
    [InlineData("$(OS:-/default)", "el9")]
    [InlineData("$(UNSET:-)", "")]
    [InlineData("$(UNSET:-a:-b)", "a:-b")]
    [InlineData("$()", "")]
    [InlineData("$(NESTED)", "$(OS)")]
    [InlineData("$(UNSET:-$(OS))", "$(OS)")]
    [InlineData("$(UNCLOSED/x", "$(UNCLOSED/x")]
    [InlineData("$OS ${OS} $", "$OS ${OS} $")]
    [InlineData("a$(", "a$(")]
    public void Expands_as_the_genuine_client_does(string target, string expected)
    {
        byte[] expanded = new byte[100];
        int length = Variables.Expand(Encoding.UTF8.GetBytes(target), expanded);
        Assert.Equal(expected, Encoding.UTF8.GetString(expanded.AsSpan(0, length)));
    }

    [Fact]
    public void Target_that_gets_too_long_is_told() => Assert.Equal(-1, Variables.Expand("$(OS)$(OS)"u8, new byte[5]));
}
