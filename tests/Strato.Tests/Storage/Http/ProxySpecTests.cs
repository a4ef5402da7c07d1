using Strato.Core;
using Strato.Storage.Http;

namespace Strato.Tests.Storage.Http;

public sealed class ProxySpecTests
{
    [Theory]
    [InlineData(null, null, "DIRECT", 1)]
    [InlineData("", "", "DIRECT", 1)]
    [InlineData("DIRECT", null, "DIRECT", 1)]
    [InlineData("http://p:3128|http://q:3128;DIRECT", null, "http://p:3128|http://q:3128;DIRECT", 2)]
    [InlineData("p:3128", null, "http://p:3128", 1)]
    [InlineData(" p:3128 | q:3128 ;; | ; DIRECT", null, "http://p:3128|http://q:3128;DIRECT", 2)]
    [InlineData("http://p:3128;DIRECT", "http://f:3128;DIRECT", "http://p:3128;http://f:3128", 1)]
    [InlineData("DIRECT", "http://f:3128|http://g:3128", "http://f:3128|http://g:3128", 0)]
    [InlineData("https://user:secret@p:3128", null, "https://p:3128", 1)]
    [InlineData("http://[::1]:3128", null, "http://[::1]:3128", 1)]
    public void Lists_are_read_as_the_genuine_client_reads_them(string? proxies, string? fallback, string expected, int firstFallback)
    {
        ProxySpec spec = ProxySpec.Parse(proxies, fallback);
        Assert.Equal(expected, string.Join(';', spec.Groups.Select(group => string.Join('|', group))));
        Assert.Equal(firstFallback, spec.FirstFallback);
    }

    [Theory]
    [InlineData("auto", "automatic discovery")]
    [InlineData("DIRECT;AUTO", "automatic discovery")]
    [InlineData("http://", "not a proxy's address")]
    [InlineData("http://a b", "not a proxy's address")]
    [InlineData("p:99999", "not a proxy's address")]
    public void What_is_no_proxy_is_named(string proxies, string message)
    {
        StratoException error = Assert.Throws<StratoException>(() => ProxySpec.Parse(proxies));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
