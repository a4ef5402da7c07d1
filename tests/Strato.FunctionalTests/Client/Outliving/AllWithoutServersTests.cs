using System.Diagnostics;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A mount of all repositories whose daemon is killed: what was attached is still there, without any server.</summary>
public sealed class AllWithoutServersTests : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    private readonly RepositoryFarm farm;

    public AllWithoutServersTests()
    {
        FuseRequirement.Root();
        farm = new RepositoryFarm();
        farm.Make("one", ("file", "first"), ("deep/er/inner", "x"));
        farm.Publish("one", "second", ("file", "second"), ("deep/er/inner", "x"));
        farm.Make("two", ("file", "of two"));
        farm.Make("late", ("file", "of late"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => farm.DisposeAsync();

    [Fact]
    public async Task What_was_attached_is_still_shown_when_no_server_answers_and_the_rest_attaches_when_they_do()
    {
        using HeldMount mount = await HeldMount.StartAsync(
            farm.Options with { Settings = ["CVMFS_TIMEOUT_DIRECT=60", "CVMFS_MAX_RETRIES=0"] }, Bound, Cancellation);
        string one = Path.Combine(mount.Directory, RepositoryFarm.Name("one"));
        string two = Path.Combine(mount.Directory, RepositoryFarm.Name("two"));
        string hidden = Path.Combine(mount.Directory, await mount.TalkAsync(Cancellation, "attach", RepositoryFarm.Name("one"), "--tag", "first"));
        Assert.Equal(["second", "of two", "first"], Texts(one, two, hidden));
        Assert.Equal("x", File.ReadAllText(Path.Combine(one, "deep/er/inner")));
        ulong[] inodes = [Root.StatusOf(one).Inode, Root.StatusOf(two).Inode, Root.StatusOf(hidden).Inode];
        using ChildProcess worker = ChildProcess.Start(new ProcessStartInfo("sleep", ["600"]) { WorkingDirectory = Path.Combine(one, "deep/er") });
        using MountGuard bound = new(Bound);
        byte[] bindPoint = Encoding.UTF8.GetBytes(bound.Directory);
        Mounts.Mount(Encoding.UTF8.GetBytes(Path.Combine(hidden, "deep")), bindPoint, default, MountFlags.Bind, default).ThrowIfFailed("bind", bindPoint);

        farm.Answer = _ => new PeerReply { Hang = true };
        for (int kill = 0; kill < 3; kill++)
        {
            await mount.Processes.ReplaceDaemonAsync(Cancellation);
            mount.DropNames();

            // Nothing here may wait for a server; the test would take a minute for each.
            Assert.Equal(["second", "of two", "first"], await Task.Run(() => Texts(one, two, hidden), Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
            Assert.Equal("x", File.ReadAllText($"/proc/{worker.Id}/cwd/inner"));
            Assert.Equal("x", File.ReadAllText(Path.Combine(bound.Directory, "er/inner")));
            Assert.Equal<IEnumerable<ulong>>(inodes, [Root.StatusOf(one).Inode, Root.StatusOf(two).Inode, Root.StatusOf(hidden).Inode]);
        }

        Assert.Equal(2, Directory.GetFileSystemEntries(mount.Directory).Length);
        farm.Answer = farm.Honest;
        Assert.Equal("of late", File.ReadAllText(Path.Combine(mount.Directory, RepositoryFarm.Name("late"), "file")));
    }

    private static string[] Texts(params string[] roots) => [.. roots.Select(root => File.ReadAllText(Path.Combine(root, "file")))];
}
