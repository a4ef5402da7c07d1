using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>All repositories below one mount: names attach when they are looked up, or say why not.</summary>
public sealed class OneFilesystemTests : IAsyncDisposable
{
    private readonly RepositoryFarm farm;

    public OneFilesystemTests()
    {
        FuseRequirement.Device();
        farm = new RepositoryFarm();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task A_name_is_attached_when_it_is_looked_up_and_listed_from_then_on()
    {
        farm.Make("one", ("file", "of one"), ("dir/inner", "x"));
        farm.Make("two", ("file", "of two"));
        using StratoMount mount = await StartAsync();
        Assert.Empty(Directory.GetFileSystemEntries(mount.Directory));

        Assert.Equal("of one", File.ReadAllText(Root.PathOf(mount, "one", "file")));
        Assert.Equal("of two", File.ReadAllText(Root.PathOf(mount, "two", "file")));

        Assert.Equal([RepositoryFarm.Name("one"), RepositoryFarm.Name("two")], Root.NamesIn(mount));
        Assert.Contains($"{RepositoryFarm.Name("one")}  attached at revision 2", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        Assert.Equal("2", await mount.TalkAsync(Cancellation, "revision", RepositoryFarm.Name("two")));
        FileStatus one = Root.StatusOf(Root.PathOf(mount, "one"));
        FileStatus two = Root.StatusOf(Root.PathOf(mount, "two"));
        Assert.Equal(Root.StatusOf(mount.Directory).Device, one.Device);
        Assert.Equal(one.Device, Root.StatusOf(Root.PathOf(mount, "one", "dir/inner")).Device);
        Assert.NotEqual(one.Inode, two.Inode);
    }

    [Theory]
    [InlineData(".hidden")]
    [InlineData(".Trash-1000")]
    [InlineData("autorun.inf")]
    [InlineData("Desktop.ini")]
    [InlineData("nodot")]
    [InlineData("ends.with.")]
    [InlineData("up..there")]
    [InlineData("blank .org")]
    [InlineData("ümlaut.org")]
    public async Task Names_that_are_no_repository_do_not_exist_and_cost_no_request(string name)
    {
        using StratoMount mount = await StartAsync();

        Assert.Equal(Errno.ENOENT, Root.Look(Path.Combine(mount.Directory, name)));

        Assert.Equal(0, farm.RequestCount);
        Assert.DoesNotContain("cannot be attached", mount.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_kind_of_refusal_is_told_at_once_logged_once_and_not_tried_again_for_a_while()
    {
        foreach (string name in (string[])["broken", "foreign", "good"])
        {
            farm.Make(name, ("file", name));
        }

        farm.Distrust("foreign");
        farm.Answer = request => request.Path.Contains("/broken.", StringComparison.Ordinal) ? new PeerReply { Status = 500 } : farm.Honest(request);
        using StratoMount mount = await StartAsync("STRATO_ATTACH_RETRY_AFTER=3600");

        (string Name, Errno Expected, string Reason)[] refused =
            [("broken", Errno.EIO, "500"), ("foreign", Errno.EIO, "whitelist"), ("unknown", Errno.ENOENT, "404")];
        foreach ((string name, Errno expected, string reason) in refused)
        {
            Assert.Equal(expected, Root.Look(Root.PathOf(mount, name)));
            await mount.WaitForLogAsync($"{RepositoryFarm.Name(name)} cannot be attached", Cancellation);
            Assert.Contains(reason, Lines(mount, name).Single(), StringComparison.Ordinal);
            int asked = farm.RequestCountOf(name);
            for (int again = 0; again < 5; again++)
            {
                Assert.Equal(expected, Root.Look(Root.PathOf(mount, name)));
            }

            Assert.Equal(asked, farm.RequestCountOf(name));
            Assert.Single(Lines(mount, name));
        }

        Assert.Equal("good", File.ReadAllText(Root.PathOf(mount, "good", "file")));

        // A person may say that it is worth another attempt.
        farm.Answer = farm.Honest;
        await mount.TalkAsync(Cancellation, "reconfigure");
        Assert.Equal("broken", File.ReadAllText(Root.PathOf(mount, "broken", "file")));
    }

    [Fact]
    public async Task A_refused_name_is_tried_again_when_its_time_is_over()
    {
        farm.Make("late", ("file", "there"));
        farm.Answer = _ => new PeerReply { Status = 500 };
        using StratoMount mount = await StartAsync("STRATO_ATTACH_RETRY_AFTER=1");
        Assert.Equal(Errno.EIO, Root.Look(Root.PathOf(mount, "late")));

        farm.Answer = farm.Honest;
        while (Root.Look(Root.PathOf(mount, "late")) != Errno.None)
        {
            await Task.Delay(50, Cancellation);
        }

        Assert.Equal("there", File.ReadAllText(Root.PathOf(mount, "late", "file")));
    }

    [Fact]
    public async Task A_name_without_server_or_key_does_not_exist()
    {
        farm.Make("one", ("file", "x"));
        farm.Configure("domain.d/" + RepositoryFarm.Domain + ".conf", $"CVMFS_SERVER_URL={farm.ServerTemplate}", $"CVMFS_KEYS_DIR={farm.Keys}");
        using StratoMount mount = await StratoMount.StartAsync(farm.Options with { Server = null, PublicKey = null }, Cancellation);

        Assert.Equal("x", File.ReadAllText(Root.PathOf(mount, "one", "file")));
        Assert.Equal(Errno.ENOENT, Root.Look(Path.Combine(mount.Directory, "atlas.cern.ch")));
        await mount.WaitForLogAsync("no server is known", Cancellation);
    }

    [Fact]
    public async Task A_slow_server_of_one_repository_delays_neither_others_nor_the_root()
    {
        farm.Make("slow", ("file", "x"));
        farm.Make("quick", ("file", "y"));
        farm.Configure("default.local", $"CVMFS_REPOSITORIES={RepositoryFarm.Name("slow")},{RepositoryFarm.Name("quick")}");
        farm.Answer = request => request.Path.Contains("/slow.", StringComparison.Ordinal) ? new PeerReply { Hang = true } : farm.Honest(request);
        using StratoMount mount = await StartAsync("CVMFS_TIMEOUT_DIRECT=120", "CVMFS_MAX_RETRIES=0");

        // More callers than there are threads that serve requests.
        Task<Errno>[] waiting = [.. Enumerable.Range(0, 40).Select(_ => Task.Factory.StartNew(
            () => Root.Look(Root.PathOf(mount, "slow", "file")), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        while (!(await mount.TalkAsync(Cancellation, "status")).Contains("1 requests wait", StringComparison.Ordinal)
            && farm.RequestCountOf("slow") == 0)
        {
            await Task.Delay(20, Cancellation);
        }

        Assert.Equal("y", File.ReadAllText(Root.PathOf(mount, "quick", "file")));
        Assert.Equal([RepositoryFarm.Name("quick"), RepositoryFarm.Name("slow")], Root.NamesIn(mount));
        PosixPath.GetFileSystemStatus(Encoding.UTF8.GetBytes(mount.Directory), out _).ThrowIfFailed("statfs");
        Assert.Equal(0, await Root.RunAsync("ls", "-l", mount.Directory));
        Assert.Equal(0, await Root.RunAsync("df", mount.Directory));
        Assert.Equal(1, farm.RequestCountOf("slow"));
        Assert.All(waiting, caller => Assert.False(caller.IsCompleted));

        await mount.StopAsync(Signal.Terminate, Cancellation);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Listing_the_root_with_attributes_attaches_nothing()
    {
        farm.Make("one", ("file", "x"));
        farm.Make("two", ("file", "y"));
        farm.Configure("default.local", $"CVMFS_REPOSITORIES={RepositoryFarm.Name("one")},{RepositoryFarm.Name("two")}");
        using StratoMount mount = await StartAsync();

        for (int round = 0; round < 10; round++)
        {
            Assert.Equal(0, await Root.RunAsync("ls", "-l", "--color=always", mount.Directory));
            await Task.Delay(300, Cancellation);
        }

        Assert.Equal(0, farm.RequestCount);

        // A listed name is entered as it was shown.
        Assert.Equal(0, await Root.RunAsync("ls", "-l", mount.Directory));
        Assert.Equal("x", File.ReadAllText(Root.PathOf(mount, "one", "file")));
        Assert.Equal(0, farm.RequestCountOf("two"));
    }

    [Fact]
    public async Task Parameter_files_that_are_added_count_for_new_lookups()
    {
        farm.Make("new", ("file", "there"));
        farm.Configure("default.local", $"CVMFS_KEYS_DIR={farm.Keys}");
        using StratoMount mount = await StratoMount.StartAsync(farm.Options with { Server = null, PublicKey = null }, Cancellation);
        Assert.Equal(Errno.ENOENT, Root.Look(Root.PathOf(mount, "new")));

        farm.Configure($"config.d/{RepositoryFarm.Name("new")}.conf", $"CVMFS_SERVER_URL={farm.ServerTemplate}");
        await mount.TalkAsync(Cancellation, "reconfigure");

        Assert.Equal([RepositoryFarm.Name("new")], Root.NamesIn(mount));
        Assert.Equal("there", File.ReadAllText(Root.PathOf(mount, "new", "file")));
    }

    [Fact]
    public async Task Configuration_repository_is_read_without_touching_the_mount()
    {
        farm.Make("one", ("file", "x"));
        string keys = $"$CVMFS_MOUNT_DIR/{RepositoryFarm.Name("config")}/etc/cvmfs/keys";
        farm.Make(
            "config",
            ("etc/cvmfs/default.conf", "CVMFS_MARK=seen\n"),
            ($"etc/cvmfs/domain.d/{RepositoryFarm.Domain}.conf", $"CVMFS_SERVER_URL={farm.ServerTemplate}\nCVMFS_KEYS_DIR={keys}\n"),
            ($"etc/cvmfs/keys/{RepositoryFarm.Name("one")}.pub", File.ReadAllText(Path.Combine(farm.Keys, RepositoryFarm.Name("one") + ".pub"))));
        farm.Configure("default.conf", "CVMFS_MOUNT_DIR=/cvmfs", $"CVMFS_CONFIG_REPOSITORY={RepositoryFarm.Name("config")}", "CVMFS_CONFIG_REPO_REQUIRED=yes");
        farm.Configure($"config.d/{RepositoryFarm.Name("config")}.conf", $"CVMFS_SERVER_URL={farm.ServerTemplate}", $"CVMFS_KEYS_DIR={farm.Keys}");
        using StratoMount mount = await StratoMount.StartAsync(farm.Options with { Server = null, PublicKey = null }, Cancellation);

        Assert.Equal("x", File.ReadAllText(Root.PathOf(mount, "one", "file")));
        Assert.Contains(RepositoryFarm.Name("config"), Root.NamesIn(mount));
    }

    [Fact]
    public async Task A_hundred_repositories_are_attached_in_one_mount()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(number => $"r{number}")];
        Parallel.ForEach(names, name => farm.Make(name, ("file", name), ("dir/link", "x")));
        using StratoMount mount = await StartAsync();

        await Parallel.ForEachAsync(names, Cancellation, async (name, cancellation) =>
            Assert.Equal(name, await File.ReadAllTextAsync(Root.PathOf(mount, name, "file"), cancellation)));

        Assert.Equal(names.Select(RepositoryFarm.Name).Order(StringComparer.Ordinal), Root.NamesIn(mount));
        Assert.StartsWith("repository  100 repositories", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        Assert.Equal(100, names.Select(name => Root.StatusOf(Root.PathOf(mount, name, "dir")).Inode).Distinct().Count());
    }

    private static IEnumerable<string> Lines(StratoMount mount, string first) =>
        mount.Log.Split('\n').Where(line => line.Contains($"{RepositoryFarm.Name(first)} cannot be attached", StringComparison.Ordinal));

    private Task<StratoMount> StartAsync(params string[] settings) => StratoMount.StartAsync(farm.Options with { Settings = settings }, Cancellation);
}
