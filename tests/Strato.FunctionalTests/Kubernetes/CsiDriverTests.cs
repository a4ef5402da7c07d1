using System.Text;
using System.Text.Json;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Kubernetes;

/// <summary>The CSI driver with a genuine client, a real mount and real bind mounts.</summary>
public sealed class CsiDriverTests : IAsyncDisposable
{
    private readonly RepositoryFarm farm;
    private readonly string name = RepositoryFarm.Name("one");

    public CsiDriverTests()
    {
        FuseRequirement.Root();
        CsiDriver.Require();
        farm = new RepositoryFarm();
        farm.Make("one", ("file", "old"), ("releases/v1/tool", "one"));
        farm.Publish("one", "second", ("file", "new"), ("releases/v1/tool", "one"), ("releases/v2/tool", "two"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task It_says_what_it_is_and_can_do()
    {
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount, "--topology", "topology.kubernetes.io/zone=a", "--driver-name", "cvmfs.example.org");

        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(
            Cancellation,
            new { call = "Identity.GetPluginInfo" }, new { call = "Identity.Probe" }, new { call = "Identity.GetPluginCapabilities" },
            new { call = "Node.NodeGetInfo" }, new { call = "Node.NodeGetCapabilities" }, new { call = "Controller.ControllerGetCapabilities" });

        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.Equal("cvmfs.example.org", answers[0].Response.GetProperty("name").GetString());
        Assert.True(answers[1].Response.GetProperty("ready").GetProperty("value").GetBoolean());
        Assert.Contains("VOLUME_ACCESSIBILITY_CONSTRAINTS", answers[2].Response.ToString(), StringComparison.Ordinal);
        Assert.Equal("node-1", answers[3].Response.GetProperty("node_id").GetString());
        Assert.Equal("a", answers[3].Response.GetProperty("accessible_topology").GetProperty("segments").GetProperty("topology.kubernetes.io/zone").GetString());
        Assert.Contains("GET_VOLUME_STATS", answers[4].Response.ToString(), StringComparison.Ordinal);
        Assert.Contains("CREATE_DELETE_VOLUME", answers[5].Response.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claimed_volume_is_shown_to_any_number_of_pods_and_goes_again()
    {
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount);
        (string one, string two) = (driver.Target("one"), driver.Target("two"));
        object create = CsiCalls.Create("pvc-1", new { repository = name });
        object capability = new { access_mode = new { mode = "MULTI_NODE_MULTI_WRITER" }, mount = new { mount_flags = new[] { "noexec" } } };

        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(
            Cancellation, create, create, CsiCalls.Create("pvc-1", new { repository = RepositoryFarm.Name("two") }), CsiCalls.Publish(one, new { repository = name }),
            CsiCalls.Publish(one, new { repository = name }), CsiCalls.Publish(two, new { repository = name }, capability: capability), CsiCalls.Stats(one));

        Assert.Equal(["OK", "OK", "ALREADY_EXISTS", "OK", "OK", "OK", "OK"], answers.Select(answer => answer.Code));
        Assert.Equal(answers[0].Response.ToString(), answers[1].Response.ToString());
        JsonElement volume = answers[0].Response.GetProperty("volume");
        Assert.Equal(name, volume.GetProperty("volume_context").GetProperty("repository").GetString());
        Assert.Equal("new", File.ReadAllText(Path.Combine(one, "file")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(two, "releases/v2/tool")));
        Assert.Throws<IOException>(() => File.WriteAllText(Path.Combine(one, "more"), ""));
        Assert.Contains("ro,nosuid,nodev,noexec", Assert.Single(MountsAt(two)).Options, StringComparison.Ordinal);
        Assert.Single(MountsAt(one));
        Assert.True(answers[6].Response.GetProperty("usage")[0].GetProperty("total").GetInt64() > 0);
        Assert.False(answers[6].Response.GetProperty("volume_condition").GetProperty("abnormal").GetBoolean());

        using (File.OpenRead(Path.Combine(one, "file")))
        {
            answers = await driver.CallAsync(
                Cancellation, CsiCalls.Unpublish(one), CsiCalls.Unpublish(one), CsiCalls.Unpublish(two), CsiCalls.Stats(one), CsiCalls.Unpublish(driver.Target("never")),
                new { call = "Controller.DeleteVolume", request = new { volume_id = volume.GetProperty("volume_id").GetString() } }, CsiCalls.Create("pvc-1", new { repository = RepositoryFarm.Name("two") }));
        }

        Assert.Equal(["OK", "OK", "OK", "NOT_FOUND", "OK", "OK", "OK"], answers.Select(answer => answer.Code));
        Assert.False(Directory.Exists(one) || Directory.Exists(two));
    }

    [Fact]
    public async Task A_volume_of_everything_shows_what_is_looked_up_later()
    {
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount);
        string target = driver.Target("all");

        Assert.Equal("OK", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Publish(target, new { }))).Code);
        Assert.Equal("new", File.ReadAllText(Path.Combine(target, name, "file")));
        farm.Make("later", ("file", "later"));

        Assert.Equal("later", File.ReadAllText(Path.Combine(target, RepositoryFarm.Name("later"), "file")));
        Assert.Equal("OK", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Unpublish(target))).Code);
    }

    [Fact]
    public async Task Volumes_are_pinned_and_narrowed_side_by_side()
    {
        farm.Publish("one", "linked", ("file", "newest"), ("releases/v1/tool", "one"), ("releases/v2/tool", "two"));
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount);
        using JsonDocument revision = JsonDocument.Parse(await mount.TalkAsync(Cancellation, "revision", await mount.TalkAsync(Cancellation, "attach", name, "--tag", "second"), "--json"));
        object[] volumes =
        [
            new { repository = name, tag = "first" }, new { repository = name, revision = "3" }, new { repository = name, path = "/releases/v2" },
            new { repository = name, clientConfig = "CVMFS_REPOSITORY_TAG=first\n", sharedMountID = "any", path = "releases" },
            new { repository = name, hash = revision.RootElement.GetProperty("root_hash").GetString() },
        ];

        IReadOnlyList<CsiAnswer> answers = await driver.CallTogetherAsync(Cancellation, [.. volumes.Select((volume, i) => CsiCalls.Publish(driver.Target($"{i}"), volume))]);

        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.Equal("old", File.ReadAllText(Path.Combine(driver.Target("0"), "file")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(driver.Target("1"), "file")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(driver.Target("2"), "tool")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(driver.Target("4"), "file")));
        Assert.Equal(["v1"], Directory.GetDirectories(driver.Target("3")).Select(Path.GetFileName));
        answers = await driver.CallAsync(
            Cancellation, CsiCalls.Publish(driver.Target("0"), new { repository = name }), CsiCalls.Publish(driver.Target("5"), new { repository = name, path = "releases/v9" }));
        Assert.Equal(["ALREADY_EXISTS", "NOT_FOUND"], answers.Select(answer => answer.Code));
        answers = await driver.CallAsync(Cancellation, [.. Enumerable.Range(0, 5).Select(i => CsiCalls.Unpublish(driver.Target($"{i}")))]);
        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
    }

    [Fact]
    public async Task A_credential_opens_one_volume_and_is_gone_with_it()
    {
        farm.Answer = request => request.Headers.GetValueOrDefault("Authorization") == "Bearer s3cret-token" ? farm.Honest(request) : new PeerReply { Status = 401 };
        using StratoMount mount = await MountAsync("CVMFS_MAX_RETRIES=0");
        using CsiDriver driver = await DriverAsync(mount);
        (string right, string wrong) = (driver.Target("right"), driver.Target("wrong"));
        string state = Path.Combine(farm.Home, "csi");

        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(
            Cancellation, CsiCalls.Publish(right, new { repository = name }, new { token = "s3cret-token" }), CsiCalls.Publish(wrong, new { repository = name }, new { token = "another" }),
            CsiCalls.Publish(wrong, new { repository = name }));

        Assert.Equal(["OK", "UNAVAILABLE", "UNAVAILABLE"], answers.Select(answer => answer.Code));
        Assert.Contains("401", answers[1].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another", answers[1].Message + driver.Log, StringComparison.Ordinal);
        Assert.Equal("new", File.ReadAllText(Path.Combine(right, "file")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(state));

        Assert.Equal("OK", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Unpublish(right))).Code);
        await driver.ReplaceAsync(Cancellation);
        while (Directory.GetFiles(Path.Combine(state, "credentials")).Length + Directory.GetFiles(Path.Combine(state, "private")).Length > 0)
        {
            await Task.Delay(20, Cancellation);
        }

        Assert.DoesNotContain($".{name}-", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_driver_and_the_client_are_killed_under_a_reader()
    {
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount);
        string target = driver.Target("pod");
        await driver.CallAsync(Cancellation, CsiCalls.Publish(target, new { repository = name }));

        await driver.ReplaceAsync(Cancellation);
        Assert.Equal("new", File.ReadAllText(Path.Combine(target, "file")));
        await mount.StopAsync(Signal.Kill, Cancellation);
        Assert.Equal("two", File.ReadAllText(Path.Combine(target, "releases/v2/tool")));

        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(Cancellation, CsiCalls.Publish(target, new { repository = name }), CsiCalls.Stats(target), CsiCalls.Unpublish(target));
        Assert.Equal(["OK", "OK", "OK"], answers.Select(answer => answer.Code));
    }

    [Fact]
    public async Task Unpublishing_asks_nothing_of_a_client_that_hangs()
    {
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount);
        string target = driver.Target("pod");
        await driver.CallAsync(Cancellation, CsiCalls.Publish(target, new { repository = name }));

        PosixProcess.Kill(mount.Pid, Signal.Stop);
        try
        {
            Assert.Equal("OK", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Unpublish(target))).Code);
            Assert.Empty(MountsAt(target));
        }
        finally
        {
            PosixProcess.Kill(mount.Pid, Signal.Continue);
        }
    }

    [Fact]
    public async Task A_hundred_at_once()
    {
        using StratoMount mount = await MountAsync();
        using CsiDriver driver = await DriverAsync(mount);
        string[] targets = [.. Enumerable.Range(0, 100).Select(i => driver.Target($"pod-{i}"))];
        await driver.CallAsync(Cancellation, CsiCalls.Publish(driver.Target("first"), new { repository = name }));
        long before = mount.Use().PrivateBytes + PrivateBytes(driver.Pid);

        IReadOnlyList<CsiAnswer> answers = await driver.CallTogetherAsync(Cancellation, [.. targets.Select(target => CsiCalls.Publish(target, new { repository = name }))]);

        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.All(targets, target => Assert.Equal("new", File.ReadAllText(Path.Combine(target, "file"))));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"median {answers.Select(answer => answer.Milliseconds).Order().ElementAt(50):F1} ms, {(mount.Use().PrivateBytes + PrivateBytes(driver.Pid) - before) / 100} bytes a volume");
        answers = await driver.CallTogetherAsync(Cancellation, [.. targets.Select(CsiCalls.Unpublish)]);
        Assert.All(answers, answer => Assert.Equal("OK", answer.Code));
        Assert.All(targets, target => Assert.False(Directory.Exists(target)));
    }

    private static IEnumerable<MountEntry> MountsAt(string target) => MountTable.Read().Where(entry => entry.MountPoint.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(target)));

    private static long PrivateBytes(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10;

    private Task<StratoMount> MountAsync(params string[] settings) => StratoMount.StartAsync(farm.Options with { Settings = settings }, Cancellation);

    private Task<CsiDriver> DriverAsync(StratoMount mount, params string[] arguments) => CsiDriver.StartAsync(farm.Home, mount.Directory, Cancellation, arguments);
}
