using System.Text.Json;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Commands;

/// <summary><c>transaction</c>, <c>publish</c> and <c>abort</c> as command lines, with scratch directories.</summary>
public sealed class TransactionCommandsTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly CapturedHost host = new();

    public void Dispose() => home.Dispose();

    [Fact]
    public async Task The_view_alone_is_printed_and_publishing_and_dropping_end_it()
    {
        Assert.Equal(0, await RunAsync("transaction", TemporaryHome.Name, "--scratch"));
        string view = host.Output.Trim();
        File.WriteAllText(Path.Combine(view, "f"), "f");
        Assert.Equal(0, await RunAsync("transaction", "status", TemporaryHome.Name, "--json"));
        using JsonDocument status = JsonDocument.Parse(host.Output);
        Assert.True(status.RootElement.GetProperty("open").GetBoolean());
        Assert.Equal("scratch", status.RootElement.GetProperty("kind").GetString());

        Assert.Equal(1, await RunAsync("transaction", TemporaryHome.Name, "--scratch"));
        Assert.Contains("has a transaction open", host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("publish", TemporaryHome.Name, "--tag", "first"));
        Assert.Contains("is at revision", host.Output, StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync("publish", TemporaryHome.Name));
        Assert.Contains("has no transaction open", host.Error, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("abort", TemporaryHome.Name));
        Assert.Contains("had no transaction open", host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("publish", "test.example.org", "--to", "/x")]
    [InlineData("publish", "test.example.org", "--delete")]
    [InlineData("publish", "test.example.org", "--from", "/tmp", "--force")]
    [InlineData("transaction", "test.example.org", "--template", "/a")]
    [InlineData("transaction", "test.example.org", "--template", "/a=/a/b")]
    [InlineData("transaction", "test.example.org/x", "--template", "/a=/b")]
    [InlineData("transaction", "test.example.org", "--wait=never")]
    [InlineData("transaction", "test.example.org", "--resume", "--scratch")]
    [InlineData("transaction", "no_dots_/x/../y")]
    public async Task What_cannot_be_meant_is_wrong_usage(params string[] line) => Assert.Equal(2, await RunAsync(line));

    private Task<int> RunAsync(params string[] line) => host.RunAsync(["--home", home.Home.Directory, .. line]);
}
