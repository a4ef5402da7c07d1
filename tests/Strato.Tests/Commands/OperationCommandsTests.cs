using System.Text.Json;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Commands;

/// <summary><c>tag</c>, <c>info</c>, <c>check</c> and <c>resign</c> as command lines.</summary>
public sealed class OperationCommandsTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly CapturedHost host = new();

    public OperationCommandsTests()
    {
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), "content");
        home.Publish(source, tag: "v1");
    }

    [Fact]
    public async Task Tags_are_added_listed_and_removed()
    {
        await DoneAsync("tag", TemporaryHome.Name, "add", "v2", "--message", "Second");
        await DoneAsync("tag", TemporaryHome.Name, "list", "--json");
        using (JsonDocument tags = JsonDocument.Parse(host.Output))
        {
            JsonElement v2 = tags.RootElement.EnumerateArray().Single(tag => tag.GetProperty("name").GetString() == "v2");
            Assert.Equal(2, v2.GetProperty("revision").GetInt32());
            Assert.Equal("Second", v2.GetProperty("message").GetString());
        }

        await DoneAsync("tag", TemporaryHome.Name, "remove", "v1");
        await DoneAsync("tag", TemporaryHome.Name, "list");
        Assert.DoesNotContain("v1\t", host.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, await RunAsync("tag", TemporaryHome.Name, "remove", "v1"));
        Assert.Matches("^strato tag: [^\n]*v1[^\n]*\n$", host.Error);
    }

    [Fact]
    public async Task Information_is_told()
    {
        await DoneAsync("info", TemporaryHome.Name, "--json");
        using JsonDocument info = JsonDocument.Parse(host.Output);
        Assert.Equal(TemporaryHome.Name, info.RootElement.GetProperty("name").GetString());
        Assert.Equal(1, info.RootElement.GetProperty("regular_files").GetInt32());
        Assert.Equal(7, info.RootElement.GetProperty("file_size").GetInt32());
    }

    [Fact]
    public async Task A_check_names_what_is_wrong_and_fails()
    {
        await DoneAsync("check", TemporaryHome.Name, "--data");
        string damaged = Directory.EnumerateFiles(Path.Combine(home.Storage, "data"), "*", SearchOption.AllDirectories)
            .First(file => !char.IsAsciiLetterUpper(file[^1]) && !file.Contains("/txn/", StringComparison.Ordinal));
        File.WriteAllText(damaged, "something else");
        Assert.Equal(ExitCode.Failed, await RunAsync("check", TemporaryHome.Name, "--data"));
        Assert.Contains(Path.GetFileName(damaged), host.Output, StringComparison.Ordinal);
        Assert.Contains("1 problem", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whitelist_is_signed_anew()
    {
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(home.Storage, ".cvmfswhitelist"), TestContext.Current.CancellationToken);
        await DoneAsync("resign", TemporaryHome.Name, "--days", "90");
        Assert.NotEqual(before, await File.ReadAllBytesAsync(Path.Combine(home.Storage, ".cvmfswhitelist"), TestContext.Current.CancellationToken));
        Assert.Empty(home.Check());
    }

    [Theory]
    [InlineData("info")]
    [InlineData("check")]
    [InlineData("resign")]
    public async Task An_unknown_repository_is_told_in_one_line(string command)
    {
        Assert.Equal(ExitCode.Failed, await RunAsync(command, "absent.example.org"));
        Assert.Matches($"^strato {command}: [^\n]*absent\\.example\\.org[^\n]*\n$", host.Error);
    }

    public void Dispose() => home.Dispose();

    private Task<int> RunAsync(params string[] arguments) => host.RunAsync([.. arguments, "--home", home.Home.Directory]);

    private async Task DoneAsync(params string[] arguments)
    {
        int code = await RunAsync(arguments);
        Assert.True(code == ExitCode.Done, host.Error + host.Output);
    }
}
