using System.Text.Json;
using Strato.Testing;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Commands;

/// <summary><c>diff</c> and <c>rollback</c> as command lines.</summary>
public sealed class HistoryCommandsTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly CapturedHost host = new();

    public HistoryCommandsTests()
    {
        string source = home.NewFolder("source");
        using (TreeBuilder tree = new(source))
        {
            tree.File("changed"u8, "one"u8);
            tree.File("removed"u8, "12345"u8);
            tree.Directory("directory"u8);
        }

        home.Publish(source, tag: "v1");
        using (TreeBuilder tree = new(source))
        {
            tree.File("changed"u8, "longer"u8);
            tree.Remove("removed"u8);
            tree.File([.. "latin1-"u8, 0xe9], "x"u8);
            tree.Directory("new"u8);
        }

        home.Publish(source, tag: "v2");
    }

    [Fact]
    public async Task Differences_are_printed_for_people()
    {
        await DoneAsync("diff", TemporaryHome.Name, "--from", "v1", "--to", "v2", "--header");
        Assert.Matches("^DELTA: v1/r2 \\([^)]*\\) --> v2/r3 ", host.Output);
        Assert.Contains("/changed modify file [size, content] 3 -> 6 bytes\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("/removed remove file -5 bytes\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("/latin1-\\xe9 add file +1 bytes\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("/new add directory\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("d(# directories): 1\n", host.Output, StringComparison.Ordinal);
        Assert.Empty(host.Error);
    }

    [Fact]
    public async Task Differences_are_printed_in_the_genuine_lines()
    {
        await DoneAsync("diff", TemporaryHome.Name, "--machine-readable", "--ignore-timediff");
        string[] lines = [.. host.Output.Split('\n').Where(line => !line.EndsWith(" /", StringComparison.Ordinal))];
        Assert.Equal(["M[SC] F /changed", "A F /latin1-\\xe9 +1", "A D /new", "R F /removed -5", "S F 0", "S S 0", "S D 1", "S N 0", ""], lines);
    }

    [Fact]
    public async Task Differences_are_printed_as_JSON()
    {
        await DoneAsync("diff", TemporaryHome.Name, "--from", "2", "--to", "3", "--json");
        using JsonDocument document = JsonDocument.Parse(host.Output);
        JsonElement changes = document.RootElement.GetProperty("changes");
        JsonElement changed = changes.EnumerateArray().Single(change => change.GetProperty("path").GetString() == "/changed");
        Assert.Equal("modified", changed.GetProperty("change").GetString());
        Assert.Equal(["size", "content"], changed.GetProperty("differences").EnumerateArray().Select(word => word.GetString()!));
        Assert.Equal(3, changed.GetProperty("before").GetProperty("size").GetInt32());
        Assert.Equal(40, changed.GetProperty("after").GetProperty("hash").GetString()!.Length);
        JsonElement removed = changes.EnumerateArray().Single(change => change.GetProperty("path").GetString() == "/removed");
        Assert.False(removed.TryGetProperty("after", out _));
        Assert.Equal(1, document.RootElement.GetProperty("summary").GetProperty("removed").GetInt32());
        Assert.Equal(3, document.RootElement.GetProperty("to").GetProperty("revision").GetInt32());

        await DoneAsync("diff", TemporaryHome.Name, "--from", "v1", "--to", "v1", "--json");
        using JsonDocument nothing = JsonDocument.Parse(host.Output);
        Assert.Equal(0, nothing.RootElement.GetProperty("changes").GetArrayLength());
    }

    [Fact]
    public async Task Two_forms_at_once_are_wrong_usage() =>
        Assert.Equal(ExitCode.Usage, await RunAsync("diff", TemporaryHome.Name, "--machine-readable", "--json"));

    [Fact]
    public async Task A_rollback_is_told()
    {
        await DoneAsync("rollback", TemporaryHome.Name, "--tag", "v1", "--dry-run");
        Assert.Equal($"would remove the tag v2\n{TemporaryHome.Name} would get revision 4, which repeats revision 2 (v1)\n", host.Output);
        await DoneAsync("rollback", TemporaryHome.Name, "--tag", "v1", "--json");
        using JsonDocument report = JsonDocument.Parse(host.Output);
        Assert.Equal(4, report.RootElement.GetProperty("revision").GetInt32());
        Assert.Equal("v2", report.RootElement.GetProperty("removed_tags")[0].GetString());
        Assert.Equal(ExitCode.Failed, await RunAsync("rollback", TemporaryHome.Name));
        Assert.Matches("^strato rollback: [^\n]*--tag[^\n]*\n$", host.Error);
    }

    public void Dispose() => home.Dispose();

    private Task<int> RunAsync(params string[] arguments) => host.RunAsync([.. arguments, "--home", home.Home.Directory]);

    private async Task DoneAsync(params string[] arguments)
    {
        int code = await RunAsync(arguments);
        Assert.True(code == ExitCode.Done, host.Error + host.Output);
    }
}
