using System.Diagnostics;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client;

/// <summary>What nobody uses is detached, and what somebody uses is not, though nobody asks for anything in it.</summary>
public sealed class AttachmentLifetimeTests : IAsyncDisposable
{
    /// <summary>What is idle is detached after one second here, so after this time whatever is attached is in use.</summary>
    private static readonly TimeSpan LongAfterIdle = TimeSpan.FromSeconds(4);

    private readonly RepositoryFarm farm;

    public AttachmentLifetimeTests()
    {
        FuseRequirement.Root();
        farm = new RepositoryFarm();
        farm.Make("used", ("file", "content"), ("deep/er/inner", "x"));
        farm.Make("other", ("file", "other"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task What_nobody_uses_is_detached_and_comes_back_with_the_same_inodes()
    {
        using StratoMount mount = await StartAsync();
        string inner = Root.PathOf(mount, "used", "deep/er/inner");
        Assert.Equal("x", File.ReadAllText(inner));
        ulong[] inodes = [Root.StatusOf(inner).Inode, Root.StatusOf(Root.PathOf(mount, "used")).Inode];

        await Root.WaitForStateAsync(mount, "used", "detached");

        Assert.Empty(Root.NamesIn(mount));
        string status = await mount.TalkAsync(Cancellation, "status");
        Assert.Contains("nodes       1 known", status, StringComparison.Ordinal);
        Assert.Contains("catalogs    0 opened, 0 mapped", status, StringComparison.Ordinal);
        Assert.Equal((inodes[0], inodes[1]), (Root.StatusOf(inner).Inode, Root.StatusOf(Root.PathOf(mount, "used")).Inode));
        Assert.Equal("x", File.ReadAllText(inner));
    }

    [Fact]
    public async Task A_working_directory_keeps_its_repository_attached()
    {
        using StratoMount mount = await StartAsync();
        using ChildProcess sleeper = ChildProcess.Start(
            new ProcessStartInfo("sleep", ["120"]) { WorkingDirectory = Root.PathOf(mount, "used", "deep/er") });

        await AssertKeptAsync(mount);

        Assert.Equal("inner", Path.GetFileName(Directory.GetFiles($"/proc/{sleeper.Id}/cwd").Single()));
    }

    [Fact]
    public async Task An_open_file_keeps_its_repository_attached()
    {
        using StratoMount mount = await StartAsync();
        using FileStream open = File.OpenRead(Root.PathOf(mount, "used", "file"));

        await AssertKeptAsync(mount);

        Assert.Equal("content", new StreamReader(open).ReadToEnd());
    }

    [Fact]
    public async Task A_bind_mount_of_a_directory_keeps_its_repository_attached()
    {
        using StratoMount mount = await StartAsync();
        using BindMount bound = new(Root.PathOf(mount, "used", "deep"));

        await AssertKeptAsync(mount);

        Assert.Equal("x", File.ReadAllText(Path.Combine(bound.Directory, "er/inner")));
    }

    [Fact]
    public async Task A_mount_on_a_directory_inside_keeps_its_repository_attached()
    {
        using StratoMount mount = await StartAsync();
        using BindMount bound = new("/proc/self", Root.PathOf(mount, "used", "deep"));

        await AssertKeptAsync(mount);

        Assert.True(File.Exists(Path.Combine(bound.Directory, "status")));
    }

    [Fact]
    public async Task Detaching_on_request_refuses_what_is_in_use()
    {
        using StratoMount mount = await StartAsync("STRATO_DETACH_AFTER=0");
        string name = RepositoryFarm.Name("used");
        using (FileStream open = File.OpenRead(Root.PathOf(mount, "used", "file")))
        {
            InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "detach", name));
            Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal($"{name} is detached", await mount.TalkAsync(Cancellation, "detach", name));
        Assert.Equal("content", File.ReadAllText(Root.PathOf(mount, "used", "file")));
    }

    /// <summary>Another repository is detached after a while, this one is not.</summary>
    private static async Task AssertKeptAsync(StratoMount mount)
    {
        Assert.Equal("other", File.ReadAllText(Root.PathOf(mount, "other", "file")));
        await Root.WaitForStateAsync(mount, "other", "detached");
        await Task.Delay(LongAfterIdle, Cancellation);
        Assert.Contains($"{RepositoryFarm.Name("used")}  attached", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        Assert.DoesNotContain($"{RepositoryFarm.Name("used")} is detached", mount.Log, StringComparison.Ordinal);
    }

    private Task<StratoMount> StartAsync(string setting = "STRATO_DETACH_AFTER=1") =>
        StratoMount.StartAsync(farm.Options with { Settings = [setting] }, Cancellation);

    /// <summary>A bind mount that goes with its object.</summary>
    private sealed class BindMount : IDisposable
    {
        private readonly bool ownsDirectory;

        /// <summary>Shows a directory on a fresh one.</summary>
        public BindMount(string source)
            : this(source, System.IO.Directory.CreateTempSubdirectory("strato-bind-").FullName) => ownsDirectory = true;

        public BindMount(string source, string directory)
        {
            Directory = directory;
            Mounts.Mount(Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(directory), default, MountFlags.Bind, default).ThrowIfFailed("bind");
        }

        public string Directory { get; }

        public void Dispose()
        {
            Mounts.Unmount(Encoding.UTF8.GetBytes(Directory), UnmountFlags.Detach);
            if (ownsDirectory)
            {
                System.IO.Directory.Delete(Directory);
            }
        }
    }
}
