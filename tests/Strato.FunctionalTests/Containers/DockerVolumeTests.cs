using System.Text.Json;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Containers;

/// <summary>The volume plugin with a real Docker daemon, a real mount and real containers.</summary>
public sealed class DockerVolumeTests : IAsyncDisposable
{
    private readonly RepositoryFarm farm;
    private readonly string name = RepositoryFarm.Name("one");

    public DockerVolumeTests()
    {
        FuseRequirement.Root();
        DockerEngine.Require();
        farm = new RepositoryFarm();
        farm.Make("one", ("file", "old"), ("releases/v1/tool", "one"));
        farm.Publish("one", "second", ("file", "new"), ("releases/v1/tool", "one"), ("releases/v2/tool", "two"));
        farm.Make("two", ("file", "of two"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task The_usual_commands_show_repositories_and_their_pins_and_paths()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using DockerEngine docker = await DockerEngine.StartAsync(farm.Home, mount.Directory, Cancellation);

        Assert.Equal(name, await docker.DoAsync(Cancellation, "volume", "create", "-d", "cvmfs", $"--name={name}"));
        Assert.Equal("new", await docker.DoAsync(Cancellation, [.. RunWith(name), "cat", "/data/file"]));

        // Without being created before, as whole commands do.
        Assert.Equal("of two", await docker.DoAsync(Cancellation, [.. RunWith(RepositoryFarm.Name("two")), "cat", "/data/file"]));
        Assert.Equal("old", await docker.DoAsync(Cancellation, [.. RunWith($"{name}@first"), "cat", "/data/file"]));
        Assert.Equal("of two", await docker.DoAsync(Cancellation, [.. RunWith("cvmfs"), "cat", $"/data/{RepositoryFarm.Name("two")}/file"]));

        await docker.DoAsync(Cancellation, "volume", "create", "-d", "cvmfs", "-o", $"repository={name}", "-o", "path=releases", "-o", "tag=first", "narrow");
        Assert.Equal("v1", await docker.DoAsync(Cancellation, [.. RunWith("narrow"), "ls", "/data"]));
        Assert.Equal($"first {name}", await docker.DoAsync(Cancellation, "volume", "inspect", "-f", "{{.Status.tag}} {{.Status.repository}}", "narrow"));
        string[] listed = (await docker.DoAsync(Cancellation, "volume", "ls", "-q", "--filter", "driver=cvmfs")).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal([.. listed.Order(StringComparer.Ordinal)], ["cvmfs", "narrow", name, $"{name}@first", RepositoryFarm.Name("two")]);

        using JsonDocument revision = JsonDocument.Parse(await mount.TalkAsync(Cancellation, "revision", await mount.TalkAsync(Cancellation, "attach", name, "--tag", "second"), "--json"));
        string pinned = $"{name}#{revision.RootElement.GetProperty("root_hash").GetString()}";
        farm.Publish("one", "third", ("file", "newest"));
        Assert.Equal("new", await docker.DoAsync(Cancellation, [.. RunWith(pinned), "cat", "/data/file"]));
        await docker.DoAsync(Cancellation, "volume", "rm", pinned);

        (int code, string text) = await docker.DockerAsync(Cancellation, [.. RunWith(name), "sh", "-c", "echo more > /data/more"]);
        Assert.NotEqual(0, code);
        Assert.Contains("Read-only file system", text, StringComparison.Ordinal);
        await docker.DoAsync(Cancellation, ["volume", "rm", .. listed]);
        Assert.Empty(await docker.DoAsync(Cancellation, "volume", "ls", "-q"));
        Assert.Empty(Mounted(docker));
    }

    [Fact]
    public async Task Containers_read_on_over_restarts_of_plugin_client_and_daemon_and_uses_are_counted_over_them()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using DockerEngine docker = await DockerEngine.StartAsync(farm.Home, mount.Directory, Cancellation);
        await docker.DoAsync(Cancellation, "volume", "create", "-d", "cvmfs", name);
        const string readForever = "while cat /data/file > /dev/null && ls /data/releases > /dev/null; do :; done";
        string first = await docker.DoAsync(Cancellation, [.. RunWith(name, "-d"), "sh", "-c", readForever]);
        string second = await docker.DoAsync(Cancellation, [.. RunWith(name, "-d"), "sleep", "infinity"]);

        await docker.ReplacePluginAsync(Cancellation);
        await mount.StopAsync(Signal.Kill, Cancellation);
        Assert.Equal("new", await docker.DoAsync(Cancellation, "exec", first, "cat", "/data/file"));
        await docker.DoAsync(Cancellation, "kill", second);
        await WaitUntilGoneAsync(docker, second);

        // One of two uses is over: the volume stays, and cannot be removed.
        Assert.Single(Mounted(docker));
        Assert.Equal("new", await docker.DoAsync(Cancellation, "exec", first, "cat", "/data/file"));
        Assert.Contains("in use", (await docker.DockerAsync(Cancellation, "volume", "rm", name)).Text, StringComparison.Ordinal);
        Assert.Equal("true", await docker.DoAsync(Cancellation, "inspect", "-f", "{{.State.Running}}", first));

        // A daemon that is killed ends its containers when it starts again, and one that is told to end does before.
        foreach (Signal signal in new[] { Signal.Kill, Signal.Terminate })
        {
            string running = await docker.DoAsync(Cancellation, [.. RunWith(name, "-d"), "sleep", "infinity"]);
            await docker.ReplaceDaemonAsync(signal, Cancellation);
            await docker.DockerAsync(Cancellation, "rm", "-f", first, running);
            await docker.ReplacePluginAsync(Cancellation);
            Assert.Equal("new", await docker.DoAsync(Cancellation, [.. RunWith(name), "cat", "/data/file"]));
        }

        await docker.DoAsync(Cancellation, "volume", "rm", name);
        Assert.Empty(Mounted(docker));
    }

    [Fact]
    public async Task What_cannot_be_shown_is_refused_in_words_that_say_what_to_do()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using DockerEngine docker = await DockerEngine.StartAsync(farm.Home, mount.Directory, Cancellation);
        await docker.DoAsync(Cancellation, "volume", "create", "-d", "cvmfs", name);

        foreach ((string[] arguments, string text) in new (string[], string)[]
        {
            (["volume", "create", "-d", "cvmfs", "unlikely name"], "cannot be named"),
            (["volume", "create", "-d", "cvmfs", "one..org"], "is not a repository"),
            (["volume", "create", "-d", "cvmfs", "-o", "path=../..", RepositoryFarm.Name("two")], "path"),
            (["volume", "create", "-d", "cvmfs", "-o", "size=1", RepositoryFarm.Name("two")], "size"),
            ([.. RunWith(RepositoryFarm.Name("absent")), "ls"], RepositoryFarm.Name("absent")),
            ([.. RunWith($"{name}@never"), "ls"], "never"),
        })
        {
            (int code, string answer) = await docker.DockerAsync(Cancellation, arguments);
            Assert.True(code != 0 && answer.Contains(text, StringComparison.Ordinal), $"docker {string.Join(' ', arguments)}: {code} {answer}");
            Assert.DoesNotContain(" at Strato.", answer, StringComparison.Ordinal);
        }

        await docker.EndPluginAsync(Cancellation);
        await docker.StartPluginAsync(Cancellation);
        Assert.Equal("new", await docker.DoAsync(Cancellation, [.. RunWith(name), "cat", "/data/file"]));
        Assert.Empty(Mounted(docker));
    }

    private static string[] RunWith(string volume, params string[] options) =>
        ["run", "--rm", "--network", "none", .. options, "--volume-driver", "cvmfs", "-v", $"{volume}:/data", DockerEngine.Image];

    private static IReadOnlyList<string> Mounted(DockerEngine docker) =>
        [.. MountTable.Read().Select(entry => System.Text.Encoding.UTF8.GetString(entry.MountPoint)).Where(path => path.StartsWith(docker.Mounts + "/", StringComparison.Ordinal))];

    private static async Task WaitUntilGoneAsync(DockerEngine docker, string container)
    {
        while ((await docker.DockerAsync(Cancellation, "inspect", container)).Code == 0)
        {
            await Task.Delay(50, Cancellation);
        }
    }
}
