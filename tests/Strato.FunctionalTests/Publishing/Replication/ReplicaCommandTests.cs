using System.Text.Json;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>The commands, on repositories that the genuine tools made.</summary>
public sealed class ReplicaCommandTests : IDisposable
{
    private readonly TemporaryReplica replica = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("golden.test.org", 9)]
    [InlineData("golden-rmd160.test.org", 4)]
    [InlineData("golden-shake128.test.org", 3)]
    public async Task A_golden_repository_is_replicated_whole(string name, int revision)
    {
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        await using ScriptedPeer server = new(ScriptedPeer.Directory($"/cvmfs/{name}/", golden.Storage));
        string[] home = ["--home", replica.Home.Directory];
        await RunAsync(["add-replica", name, "--from", $"{server.Address}/cvmfs/{name}", "--key", golden.PublicKey, .. home]);

        using JsonDocument first = JsonDocument.Parse(await RunAsync(["snapshot", name, "--json", .. home]));
        using JsonDocument second = JsonDocument.Parse(await RunAsync(["snapshot", "--all", "--json", .. home]));

        Assert.True(first.RootElement.GetProperty("changed").GetBoolean());
        Assert.Equal(revision, first.RootElement.GetProperty("revision").GetInt32());
        Assert.Equal(0, first.RootElement.GetProperty("missing").GetArrayLength());
        JsonElement again = Assert.Single(second.RootElement.EnumerateArray());
        Assert.False(again.GetProperty("changed").GetBoolean());
        Assert.Equal(0, again.GetProperty("new_objects").GetInt32());
        Assert.Contains("no problem", await RunAsync(["check", name, "--data", .. home]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_are_snapshotted_by_themselves_and_one_failure_does_not_keep_the_others()
    {
        GoldenRepository golden = GoldenRepository.Shake128;
        await using ScriptedPeer server = new(ScriptedPeer.Directory("/cvmfs/", Path.GetDirectoryName(golden.Folder)!));
        await using FaultyServer flaky = new(ScriptedPeer.Directory("/", GoldenRepository.Rmd160.Storage));
        string[] home = ["--home", replica.Home.Directory];
        await RunAsync(["add-replica", golden.Name, "--from", $"{server.Address}/cvmfs/{golden.Name}/srv", "--key", golden.PublicKey, "--group", "one", .. home]);
        await RunAsync(["add-replica", GoldenRepository.Rmd160.Name, "--from", flaky.Address, "--key", GoldenRepository.Rmd160.PublicKey, "--group", "two", .. home]);
        flaky.FaultOf = _ => NetworkFault.ServerError;

        Assert.Contains("is at revision 3", await RunAsync(["snapshot", "--group", "one", .. home]), StringComparison.Ordinal);
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(Cancellation, ["snapshot", "--all", .. home]);

        Assert.Equal(1, code);
        Assert.Contains($"{golden.Name} stays at revision 3", output, StringComparison.Ordinal);
        Assert.Contains($"strato snapshot: {GoldenRepository.Rmd160.Name}: cannot fetch", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("snapshot")]
    [InlineData("snapshot", "a.example.org", "--all")]
    [InlineData("snapshot", "no/name")]
    [InlineData("add-replica", "a.example.org")]
    [InlineData("add-replica", "a.example.org", "--from", "http://127.0.0.1:9/")]
    public async Task Wrong_usage_is_told(params string[] arguments)
    {
        (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, [.. arguments, "--home", replica.Home.Directory]);
        Assert.Equal(2, code);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => replica.Dispose();

    private static async Task<string> RunAsync(string[] arguments)
    {
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(Cancellation, arguments);
        Assert.True(code == 0, error);
        Assert.Empty(error);
        return output;
    }
}
