using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Genuine;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>What happens to a mount when its repository is published again.</summary>
public sealed class RevisionSwitchTests : IDisposable
{
    private const string Name = "switch.test.org";

    private readonly StratoSite site;

    public RevisionSwitchTests()
    {
        FuseRequirement.Device();
        site = new StratoSite();
        Write("file", "one");
        Write("dir/stays", "same");
        Write("dir/goes", "old");
        Directory.CreateSymbolicLink(site["tree/link"], "file");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StratoMountOptions Options => new() { Repository = Name, Home = site.Home };

    [Fact]
    public async Task New_revision_is_shown_on_request_while_open_files_and_directories_stay_what_they_are()
    {
        await PublishFirstAsync();
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        string file = Path.Combine(mount.Directory, "file");
        string directory = Path.Combine(mount.Directory, "dir");
        string added = Path.Combine(directory, "comes");
        Assert.False(File.Exists(added));
        ulong inode = StatusOf(directory).Inode;
        using FileStream open = File.OpenRead(file);
        using FileStream openGoing = File.OpenRead(Path.Combine(directory, "goes"));

        Write("file", "two, and longer");
        Write("dir/comes", "new");
        File.Delete(site["tree/dir/goes"]);
        File.Delete(site["tree/link"]);
        Directory.CreateSymbolicLink(site["tree/link"], "dir");
        File.SetUnixFileMode(site["tree/dir"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"], "--delete");
        Assert.Equal("one", File.ReadAllText(file));

        Assert.Equal("revision 3 is shown now, after 2", await mount.TalkAsync(Cancellation, "remount"));

        Assert.Equal("two, and longer", File.ReadAllText(file));
        Assert.Equal("new", File.ReadAllText(added));
        Assert.Equal(["comes", "stays"], Directory.GetFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal("dir", new FileInfo(Path.Combine(mount.Directory, "link")).LinkTarget);
        Assert.Equal(inode, StatusOf(directory).Inode);
        Assert.Equal(0x140u, StatusOf(directory).Permissions);
        Assert.Equal("one", new StreamReader(open).ReadToEnd());
        Assert.Equal("old", new StreamReader(openGoing).ReadToEnd());
        Assert.Equal("revision 3 is the newest", await mount.TalkAsync(Cancellation, "remount"));
    }

    [Fact]
    public async Task New_revision_is_shown_when_the_time_to_live_is_over()
    {
        await PublishFirstAsync("--ttl", "1");
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        Assert.Equal("one", File.ReadAllText(Path.Combine(mount.Directory, "file")));

        Write("file", "two");
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"]);

        while (File.ReadAllText(Path.Combine(mount.Directory, "file")) != "two")
        {
            await Task.Delay(50, Cancellation);
        }
    }

    [Fact]
    public async Task Pinned_mount_does_not_move()
    {
        await PublishFirstAsync();
        using StratoMount mount = await StratoMount.StartAsync(Options with { Tag = "first" }, Cancellation);

        Write("file", "two");
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"]);

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount"));
        Assert.Contains("tag first", refused.Message, StringComparison.Ordinal);
        Assert.Equal("one", File.ReadAllText(Path.Combine(mount.Directory, "file")));
    }

    [Fact]
    public async Task Older_revision_than_one_seen_is_refused_by_mounts_old_and_new()
    {
        await PublishFirstAsync();
        string manifest = Path.Combine(site.Home, "srv", "cvmfs", Name, ".cvmfspublished");
        byte[] old = File.ReadAllBytes(manifest);
        Write("file", "two");
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"]);
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        Assert.Equal("two", File.ReadAllText(Path.Combine(mount.Directory, "file")));

        File.WriteAllBytes(manifest, old);

        InvalidOperationException stays = await Assert.ThrowsAsync<InvalidOperationException>(() => mount.TalkAsync(Cancellation, "remount"));
        Assert.Contains("offers revision 2", stays.Message, StringComparison.Ordinal);
        Assert.Equal("two", File.ReadAllText(Path.Combine(mount.Directory, "file")));
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StratoMount.StartAsync(Options, Cancellation));
        Assert.Contains("offers revision 2", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => site.Dispose();

    private static FileStatus StatusOf(string path)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(path);
        PosixPath.GetStatus(null, bytes, out FileStatus status).ThrowIfFailed("stat", bytes);
        return status;
    }

    private void Write(string name, string content)
    {
        string path = site["tree/" + name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private async Task PublishFirstAsync(params string[] options)
    {
        await site.RunAsync(Cancellation, ["mkfs", Name, .. options]);
        await site.RunAsync(Cancellation, "publish", Name, "--from", site["tree"], "--tag", "first");
    }
}
