using System.Text.Json;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Commands;

/// <summary><c>audit</c> as a command line.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly CapturedHost host = new();

    [Fact]
    public async Task Operations_are_told_in_a_line_each_and_as_JSON()
    {
        string source = home.NewFolder("source");
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "content", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Done, await RunAsync("publish", TemporaryHome.Name, "--from", source, "--tag", "v1"));
        Assert.Equal(ExitCode.Failed, await RunAsync("tag", TemporaryHome.Name, "remove", "absent"));

        Assert.Equal(ExitCode.Done, await RunAsync("audit", TemporaryHome.Name));
        string[] lines = host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"Z \S+@\S+ publish done in \d+\.\d s revision 1 -> 2 tag v1$", lines[1]);
        Assert.Matches("tag-remove failed in [^ ]+ s revision 2 tag absent: cannot remove the tag absent", lines[2]);

        Assert.Equal(ExitCode.Done, await RunAsync("audit", TemporaryHome.Name, "--json", "--last", "2", "--since", "1h"));
        using JsonDocument entries = JsonDocument.Parse(host.Output);
        Assert.Equal(2, entries.RootElement.GetArrayLength());
        Assert.Equal("publish", entries.RootElement[0].GetProperty("operation").GetString());
        Assert.Equal(2, entries.RootElement[0].GetProperty("revision").GetInt32());
        Assert.Equal(7, entries.RootElement[0].GetProperty("counts").GetProperty("bytes_read").GetInt32());
        Assert.Equal("failed", entries.RootElement[1].GetProperty("outcome").GetString());

        Assert.Equal(ExitCode.Done, await RunAsync("audit", TemporaryHome.Name, "--since", "2999-01-01"));
        Assert.Empty(host.Output);
    }

    [Fact]
    public async Task Wrong_times_and_unknown_repositories_are_refused()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync("audit", TemporaryHome.Name, "--since", "soon"));
        Assert.Equal(ExitCode.Failed, await RunAsync("audit", "absent.example.org"));
        Assert.Matches("^strato audit: [^\n]*absent\\.example\\.org[^\n]*\n$", host.Error);
    }

    public void Dispose() => home.Dispose();

    private Task<int> RunAsync(params string[] arguments) => host.RunAsync([.. arguments, "--home", home.Home.Directory]);
}
