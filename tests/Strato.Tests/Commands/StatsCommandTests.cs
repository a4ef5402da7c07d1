using System.Text.Json;
using Strato.Testing;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.Tests.Commands;

/// <summary><c>stats</c> as a command line.</summary>
public sealed class StatsCommandTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly CapturedHost host = new();

    public StatsCommandTests()
    {
        using (TreeBuilder tree = new(home.NewFolder("source")))
        {
            tree.Directory("d"u8);
            tree.File("d/file"u8, TreeContent.Random(1, 1200));
            tree.File("same"u8, TreeContent.Random(1, 1200));
        }

        home.Publish(home.NewFolder("source"), tag: "v1");
    }

    [Fact]
    public async Task Sizes_are_printed_for_people()
    {
        await DoneAsync();
        Assert.StartsWith($"{TemporaryHome.Name}, revision 2:\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("  files:        2 files in 2 directories, and 0 links or special\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("  raw:          2.4 kB\n", host.Output, StringComparison.Ordinal);
        Assert.Contains("  deduplicated: 1.2 kB in 1 object\n", host.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n +1\.2 kB +1\.2 kB +1\.2 kB +0 B +1  /d\n", host.Output);
        Assert.Matches(@"\n +2  20\d\d-[^ ]*Z +4 +2\.4 kB +1\.2 kB +1\.2 kB .*  trunk, v1\n", host.Output);
        Assert.Empty(host.Error);

        await DoneAsync("--depth", "0", "--revisions", "0", "--quick");
        Assert.Contains("  compressed:   -\n", host.Output, StringComparison.Ordinal);
        Assert.Equal(6, host.Output.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task Sizes_are_printed_as_JSON()
    {
        await DoneAsync("--json", "--depth", "1");
        using JsonDocument document = JsonDocument.Parse(host.Output);
        JsonElement root = document.RootElement.GetProperty("subtrees")[0];
        Assert.Equal("/", root.GetProperty("path").GetString());
        Assert.Equal(2400, root.GetProperty("raw").GetInt64());
        Assert.Equal(1200, root.GetProperty("content").GetProperty("plain").GetInt64());
        Assert.InRange(root.GetProperty("content").GetProperty("stored").GetInt64(), 1200, 1300);
        Assert.Equal([1L, 2L], document.RootElement.GetProperty("revisions").EnumerateArray().Select(revision => revision.GetProperty("revision").GetInt64()));

        await DoneAsync("--json", "--quick", "--at", "1");
        using JsonDocument quick = JsonDocument.Parse(host.Output);
        Assert.Equal(JsonValueKind.Null, quick.RootElement.GetProperty("subtrees")[0].GetProperty("content").GetProperty("stored").ValueKind);
        Assert.Equal(0, quick.RootElement.GetProperty("subtrees")[0].GetProperty("files").GetInt32());
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_one_line()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("--depth", "-1"));
        Assert.Equal(ExitCode.Failed, await RunAsync("--at", "absent"));
        Assert.Matches("^strato stats: [^\n]*has no tag absent[^\n]*\n$", host.Error);
        Assert.Equal(ExitCode.Failed, await host.RunAsync("stats", home.NewFolder("empty")));
        Assert.Matches("^strato stats: [^\n]+\n$", host.Error);
    }

    public void Dispose() => home.Dispose();

    private Task<int> RunAsync(params string[] arguments) => host.RunAsync(["stats", TemporaryHome.Name, .. arguments, "--home", home.Home.Directory]);

    private async Task DoneAsync(params string[] arguments)
    {
        int code = await RunAsync(arguments);
        Assert.True(code == ExitCode.Done, host.Error + host.Output);
    }
}
