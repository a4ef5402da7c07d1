using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client;

/// <summary>The life of a mount's daemon.</summary>
public sealed class MountCommandTests : IAsyncDisposable
{
    private readonly GoldenSite site;
    private readonly MountGuard guard;

    public MountCommandTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Rmd160);
        guard = new MountGuard();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mount_returns_once_lookups_work_and_umount_leaves_nothing()
    {
        Assert.Equal((0, ""), await RunAsync("mount", site.Repository.Name, guard.Directory, "--server", site.Options.Server!, "--key", site.Options.PublicKey!));

        Assert.NotEmpty(Directory.GetFileSystemEntries(guard.Directory));
        MountProcesses processes = new(site.Home, guard.Directory);
        Assert.Contains(guard.Directory, MountProcesses.CommandLine(processes.Daemon!.Value));
        Assert.DoesNotContain(MountProcesses.CommandLine(processes.Holder!.Value), word => word == "mount" || word.Contains(guard.Directory, StringComparison.Ordinal));

        using (FileStream busy = File.OpenRead(Directory.GetFiles(guard.Directory)[0]))
        {
            (int code, string error) = await RunAsync("umount", guard.Directory);
            Assert.Equal(1, code);
            Assert.Contains("in use", error, StringComparison.Ordinal);
        }

        Assert.Equal((0, ""), await RunAsync("umount", guard.Directory));
        Assert.Empty(guard.Mounts);
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Home, "run", "mounts")));
        Assert.Empty(processes.All());
    }

    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    public async Task Signals_unmount(Signal signal)
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);

        Assert.Equal(0, await mount.StopAsync(signal, Cancellation));

        Assert.DoesNotContain(MountTable.Read(), entry => Encoding.UTF8.GetString(entry.MountPoint) == mount.Directory);
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Home, "run", "mounts")));
    }

    [Fact]
    public async Task Status_is_told_as_text_and_as_json()
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);

        Assert.Contains("revision    4, root 51a2aa7d", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(await mount.TalkAsync(Cancellation, "status", "--json"));
        Assert.Equal(4, json.RootElement.GetProperty("revision").GetInt32());
        Assert.Equal(mount.Pid, json.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal("4", await mount.TalkAsync(Cancellation, "revision"));
        InvalidOperationException unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "dance"));
        Assert.Contains("'dance'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_mount_on_a_directory_is_refused()
    {
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);

        (int code, string error) = await RunAsync("mount", site.Repository.Name, mount.Directory, "--server", site.Options.Server!, "--key", site.Options.PublicKey!);

        Assert.Equal(1, code);
        Assert.Contains("mounted there", error, StringComparison.Ordinal);
        Assert.Equal("4", await mount.TalkAsync(Cancellation, "revision"));
    }

    [Fact]
    public async Task Mount_replaces_one_whose_processes_were_all_killed()
    {
        string[] mount = ["mount", site.Repository.Name, guard.Directory, "--server", site.Options.Server!, "--key", site.Options.PublicKey!];
        Assert.Equal((0, ""), await RunAsync(mount));
        MountProcesses processes = new(site.Home, guard.Directory);
        await processes.WaitForHolderAsync(null, Cancellation);
        processes.KillAll();

        Assert.Equal((0, ""), await RunAsync(mount));

        Assert.NotEmpty(Directory.GetFileSystemEntries(guard.Directory));
        Assert.Single(guard.Mounts);
        Assert.Equal((0, ""), await RunAsync("umount", guard.Directory));
        Assert.Empty(guard.Mounts);
    }

    [Fact]
    public async Task Cache_that_is_too_small_for_any_object_serves_them_all_the_same()
    {
        StratoMountOptions options = site.Options with { Settings = ["CVMFS_QUOTA_LIMIT=1"] };
        using StratoMount mount = await StratoMount.StartAsync(options, Cancellation);

        Assert.Equal(GoldenView.ExpectedDigests(site.Repository.Expected("trunk", "sha256")), GoldenView.Read(mount.Directory).Digests());
    }

    public async ValueTask DisposeAsync()
    {
        guard.Dispose();
        await site.DisposeAsync();
    }

    private async Task<(int Code, string Error)> RunAsync(params IEnumerable<string> arguments)
    {
        (int code, _, string error) = await ChildProcess.RunStratoAsync(Cancellation, [.. arguments, "--home", site.Home]);
        return (code, error.Trim());
    }
}
