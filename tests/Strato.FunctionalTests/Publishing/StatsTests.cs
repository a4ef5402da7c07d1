using System.Text.Json;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;
using Strato.Testing.Trees;

namespace Strato.FunctionalTests.Publishing;

/// <summary><c>strato stats</c> as a process of its own, of a repository of the home and of the same one on a server.</summary>
public sealed class StatsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_told_the_same_of_as_the_home_with_exact_figures()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        using (TreeBuilder tree = new(source))
        {
            tree.Directory("nested"u8);
            tree.File("nested/.cvmfscatalog"u8, default);
            tree.File("nested/large"u8, TreeContent.Random(1, 60_000));
            tree.File("nested/file"u8, TreeContent.Random(2, 2000));
            tree.HardLink("nested/file"u8, "nested/link"u8);
            tree.File("copy"u8, TreeContent.Random(2, 2000));
        }

        home.Publish(source, tag: "one");
        File.WriteAllBytes(Path.Combine(source, "more"), TreeContent.Random(3, 300));
        home.Publish(source, tag: "two");

        using ChildProcess server = ChildProcess.StartStrato("serve", "--json", "--home", home.Home.Directory, "--listen", "127.0.0.1:0");
        await server.WaitForAsync("}", Cancellation);
        using JsonDocument started = JsonDocument.Parse(server.Output);
        string url = $"{started.RootElement.GetProperty("url").GetString()}/{TemporaryHome.Name}";
        string key = home.Home.Places(TemporaryHome.Name).PublicKey;
        string local = await StatsAsync(TemporaryHome.Name, "--home", home.Home.Directory);
        Assert.Equal(local, await StatsAsync(url, "--key", key, "--home", home.NewFolder("elsewhere")));

        using JsonDocument document = JsonDocument.Parse(local);
        JsonElement root = document.RootElement.GetProperty("subtrees")[0];
        Assert.Equal((64_300L, 2000L), (root.GetProperty("raw").GetInt64(), root.GetProperty("linked").GetInt64()));
        Assert.Equal(62_300, root.GetProperty("content").GetProperty("plain").GetInt64());
        JsonElement nested = document.RootElement.GetProperty("subtrees")[1];
        Assert.Equal("/nested", nested.GetProperty("path").GetString());
        Assert.Equal((62_000L, 60_000L), (nested.GetProperty("content").GetProperty("plain").GetInt64(), nested.GetProperty("own").GetProperty("plain").GetInt64()));
        Assert.Equal([0L, 62_000L, 300L], document.RootElement.GetProperty("revisions").EnumerateArray().Select(one => one.GetProperty("new_content").GetProperty("plain").GetInt64()));
        long stored = Directory.EnumerateFiles(Path.Combine(home.Storage, "data"), "*", SearchOption.AllDirectories)
            .Where(file => file[^1] is not ('C' or 'H' or 'M' or 'X')).Sum(file => new FileInfo(file).Length);
        Assert.Equal(stored, root.GetProperty("content").GetProperty("stored").GetInt64());
    }

    private static async Task<string> StatsAsync(params string[] arguments)
    {
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(Cancellation, ["stats", "--json", .. arguments]);
        Assert.True(code == 0, error);
        Assert.Empty(error);
        return output;
    }
}
