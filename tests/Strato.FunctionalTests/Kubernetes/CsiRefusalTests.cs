using Strato.FunctionalTests.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Kubernetes;

/// <summary>What the CSI driver refuses: the status, and a line that says what to do.</summary>
public sealed class CsiRefusalTests : IAsyncDisposable
{
    private readonly RepositoryFarm farm;
    private readonly string name = RepositoryFarm.Name("one");

    public CsiRefusalTests()
    {
        FuseRequirement.Root();
        CsiDriver.Require();
        farm = new RepositoryFarm();
        farm.Make("one", ("file", "content"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task Malformed_requests_are_refused_before_anything_is_touched()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using CsiDriver driver = await CsiDriver.StartAsync(farm.Home, mount.Directory, Cancellation);
        string target = driver.Target("pod");
        object[] calls =
        [
            CsiCalls.Publish(target, new { repository = "../etc" }),
            CsiCalls.Publish(target, new { repository = "one.test.org,fd=3" }),
            CsiCalls.Publish(target, new { repository = name, path = "../../etc" }),
            CsiCalls.Publish(target, new { repository = name, tag = "a\nCVMFS_SERVER_URL=x" }),
            CsiCalls.Publish(target, new { repository = name, tag = "first", revision = "2" }),
            CsiCalls.Publish(target, new { repository = name, hash = "xyz" }),
            CsiCalls.Publish(target, new { repository = name, clientConfig = "CVMFS_CACHE_BASE=/etc" }),
            CsiCalls.Publish(target, new { repository = name, clientConfigFilepath = "/etc/passwd" }),
            CsiCalls.Publish(target, new { repository = name, unknown = "1" }),
            CsiCalls.Publish(target, new { tag = "first" }),
            CsiCalls.Publish(target, new { repository = name }, new { password = "x" }),
            CsiCalls.Publish(target, new { repository = name }, capability: new { access_mode = new { mode = "SINGLE_NODE_WRITER" }, block = new { } }),
            CsiCalls.Publish(target, new { repository = name }, capability: new { access_mode = new { mode = "SINGLE_NODE_WRITER" }, mount = new { mount_flags = new[] { "suid" } } }),
            CsiCalls.Publish("relative", new { repository = name }),
            CsiCalls.Publish(target + "/../other", new { repository = name }),
            CsiCalls.Publish(Path.Combine(mount.Directory, "below"), new { repository = name }),
            CsiCalls.Publish("", new { repository = name }),
            new { call = "Node.NodePublishVolume", request = new { target_path = target, volume_capability = CsiCalls.Capability } },
            new { call = "Node.NodePublishVolume", request = new { volume_id = "x", target_path = target } },
            new { call = "Controller.CreateVolume", request = new { name = "" } },
            CsiCalls.Create("pvc", new { repositroy = name }),
        ];

        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(Cancellation, calls);

        Assert.All(answers, answer => Assert.Equal("INVALID_ARGUMENT", answer.Code));
        Assert.All(answers, answer => Assert.DoesNotContain('\n', answer.Message));
        Assert.All(answers, answer => Assert.NotEmpty(answer.Message));
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task Targets_that_are_links_files_or_something_elses_mount_are_left_alone()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using CsiDriver driver = await CsiDriver.StartAsync(farm.Home, mount.Directory, Cancellation);
        (string link, string file, string elsewhere) = (driver.Target("link"), driver.Target("file"), driver.Target("elsewhere"));
        foreach (string target in (string[])[link, file, elsewhere])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }

        Directory.CreateDirectory(elsewhere);
        File.CreateSymbolicLink(link, elsewhere);
        File.WriteAllText(file, "");
        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(
            Cancellation, CsiCalls.Publish(link, new { repository = name }), CsiCalls.Publish(file, new { repository = name }), CsiCalls.Unpublish(link), CsiCalls.Publish(elsewhere, new { repository = name }));

        Assert.Equal(["FAILED_PRECONDITION", "FAILED_PRECONDITION", "FAILED_PRECONDITION", "OK"], answers.Select(answer => answer.Code));
        Assert.Equal("content", File.ReadAllText(Path.Combine(elsewhere, "file")));
        Assert.Equal("OK", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Unpublish(elsewhere))).Code);
    }

    [Fact]
    public async Task What_the_administrator_does_not_allow_is_denied()
    {
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using CsiDriver driver = await CsiDriver.StartAsync(farm.Home, mount.Directory, Cancellation, "--allow", "*.cern.ch", "--allow", name);

        IReadOnlyList<CsiAnswer> answers = await driver.CallAsync(
            Cancellation, CsiCalls.Publish(driver.Target("a"), new { repository = name }), CsiCalls.Publish(driver.Target("b"), new { repository = "two.example.org" }),
            CsiCalls.Publish(driver.Target("c"), new { }), CsiCalls.Create("pvc", new { repository = "evil-cern.ch" }), CsiCalls.Create("pvc", new { repository = "cms.cern.ch" }));

        Assert.Equal(["OK", "PERMISSION_DENIED", "PERMISSION_DENIED", "PERMISSION_DENIED", "OK"], answers.Select(answer => answer.Code));
    }

    [Fact]
    public async Task Without_a_mount_or_a_server_it_says_what_is_missing_and_succeeds_later()
    {
        string directory = Directory.CreateTempSubdirectory("strato-none-").FullName;
        using (CsiDriver alone = await CsiDriver.StartAsync(farm.Home, directory, Cancellation))
        {
            IReadOnlyList<CsiAnswer> without = await alone.CallAsync(
                Cancellation, CsiCalls.Publish(alone.Target("a"), new { repository = name }), CsiCalls.Publish(alone.Target("a"), new { }), new { call = "Identity.Probe" }, CsiCalls.Unpublish(alone.Target("a")));
            Assert.Equal(["UNAVAILABLE", "UNAVAILABLE", "OK", "OK"], without.Select(answer => answer.Code));
            Assert.Contains("strato mount --all", without[0].Message, StringComparison.Ordinal);
            Assert.False(without[2].Response.GetProperty("ready").GetProperty("value").GetBoolean());
        }

        Directory.Delete(directory);
        using StratoMount mount = await StratoMount.StartAsync(farm.Options, Cancellation);
        using CsiDriver driver = await CsiDriver.StartAsync(farm.Home, mount.Directory, Cancellation);
        string target = driver.Target("later");
        string later = RepositoryFarm.Name("later");
        Assert.Equal("NOT_FOUND", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Publish(target, new { repository = later }))).Code);

        farm.Make("later", ("file", "there"));
        Assert.Equal("OK", Assert.Single(await driver.CallAsync(Cancellation, CsiCalls.Publish(target, new { repository = later }))).Code);
        Assert.Equal("there", File.ReadAllText(Path.Combine(target, "file")));
    }
}
