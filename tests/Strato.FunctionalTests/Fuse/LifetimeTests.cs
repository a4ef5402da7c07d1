using System.Diagnostics;
using System.Text;
using Strato.Fuse.Mounting;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Fuse;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Fuse;

/// <summary>Mounting, unmounting and the end of the serving process.</summary>
public sealed class LifetimeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly FuseMountOptions Options = new() { Source = "test"u8.ToArray() };

    public LifetimeTests() => FuseRequirement.Root();

    [Fact]
    public void The_mount_table_shows_what_was_asked_for()
    {
        using MemoryMount mount = MemoryMount.Start();

        MountEntry entry = Assert.Single(mount.Guard.Mounts);

        Assert.Equal("fuse.strato-test", entry.Type);
        Assert.Equal("memory"u8.ToArray(), entry.Source);
        string[] options = entry.Options.Split(',');
        Assert.Subset(options.ToHashSet(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal) { "ro", "nosuid", "nodev", "default_permissions", "allow_other" });
    }

    [Fact]
    public void A_place_that_cannot_be_mounted_on_is_told()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "");

        FuseMountException absent = Assert.Throws<FuseMountException>(() => FuseMount.Mount(Bytes(folder["absent"]), Options));
        FuseMountException file = Assert.Throws<FuseMountException>(() => FuseMount.Mount(Bytes(folder["file"]), Options));

        Assert.Equal($"cannot mount on {folder["absent"]}: there is no such directory", absent.Message);
        Assert.Equal($"cannot mount on {folder["file"]}: it is not a directory", file.Message);
    }

    [Fact]
    public void A_place_that_is_taken_is_told_also_where_its_server_is_dead()
    {
        using MemoryMount mount = MemoryMount.Start();
        FuseMountException taken = Assert.Throws<FuseMountException>(() => FuseMount.Mount(Bytes(mount.Path), Options));
        mount.Kill();
        FuseMountException dead = Assert.Throws<FuseMountException>(() => FuseMount.Mount(Bytes(mount.Path), Options));

        Assert.Equal(Errno.EBUSY, taken.Errno);
        Assert.Equal($"cannot mount on {mount.Path}: memory (fuse.strato-test) is mounted there; unmount it first", taken.Message);
        Assert.Equal(taken.Message, dead.Message);
        FuseMount.Unmount(Bytes(mount.Path), detach: false);
        Assert.Empty(mount.Guard.Mounts);
    }

    [Fact]
    public void Unmounting_what_is_not_mounted_is_told()
    {
        using TemporaryFolder folder = new();

        FuseMountException exception = Assert.Throws<FuseMountException>(() => FuseMount.Unmount(Bytes(folder.Path), detach: false));

        Assert.Equal($"cannot unmount {folder.Path}: no FUSE file system is mounted there", exception.Message);
    }

    [Fact]
    public void A_file_system_in_use_is_busy_and_can_be_detached()
    {
        using MemoryMount mount = MemoryMount.Start();
        using (FileDescriptor file = BytePath.Open(mount.At("files/direct")))
        {
            FuseMountException busy = Assert.Throws<FuseMountException>(() => FuseMount.Unmount(Bytes(mount.Path), detach: false));
            Assert.Equal(Errno.EBUSY, busy.Errno);

            FuseMount.Unmount(Bytes(mount.Path), detach: true);

            Assert.Empty(mount.Guard.Mounts);
            byte[] buffer = new byte[1000];
            Assert.Equal(Errno.None, PosixFile.ReadAt(file, buffer, 500, out int count));
            Assert.Equal(MemoryTree.Pattern(1500)[500..], buffer[..count]);
            Assert.Equal("False", mount.Command("ended"));
        }

        Assert.True(SpinWait.SpinUntil(() => mount.Command("ended") == "True", Soon));
        Assert.Equal("True", mount.Command("destroyed"));
    }

    [Fact]
    public async Task The_servers_death_frees_every_caller()
    {
        using MemoryMount mount = MemoryMount.Start();
        using ChildProcess opening = ChildProcess.Start(new ProcessStartInfo("cat", [mount.At("stuck/open")]));
        using ChildProcess reading = ChildProcess.Start(new ProcessStartInfo("cat", [mount.At("stuck/read")]));
        Assert.True(SpinWait.SpinUntil(() => mount.Number("deferred") >= 2, Soon));

        mount.Kill();

        Assert.Equal(1, await opening.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(1, await reading.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken));
        Assert.Equal(Errno.ENOTCONN, BytePath.TryStatus(mount.At("files"), out _));
        FuseMount.Unmount(Bytes(mount.Path), detach: false);
    }

    [Fact]
    public async Task The_watchdog_frees_every_caller_of_a_server_that_hangs()
    {
        using MemoryMount mount = MemoryMount.Start(bound: TimeSpan.FromSeconds(3));
        using ChildProcess reading = ChildProcess.Start(new ProcessStartInfo("cat", [mount.At("stuck/open")]));

        Assert.Equal(1, await reading.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken));

        Assert.True(mount.Guard.HasExpired);
        Assert.True(SpinWait.SpinUntil(() => mount.Command("ended") == "True", Soon));
    }

    [Fact]
    public async Task A_successor_answers_what_its_predecessor_left()
    {
        // The test stands for the holder: it keeps the device open, and so it leaves looking at the mount to another process.
        using TemporaryFolder folder = new();
        using MountGuard guard = new();
        using FileDescriptor device = FuseMount.Mount(Bytes(guard.Directory), Options);
        MemoryFileSystemOptions options = new() { StateFile = folder["state"], LateMilliseconds = 2000 };
        using MemoryMount first = MemoryMount.Serve(guard, device, options);
        using ChildProcess opening = ChildProcess.Start(new ProcessStartInfo("md5sum", [first.At("late/open")]));
        using ChildProcess reading = ChildProcess.Start(new ProcessStartInfo("md5sum", [first.At("late/direct")]));
        Assert.True(SpinWait.SpinUntil(() => first.Number("deferred") == 2, Soon));
        first.Kill();
        using ChildProcess arriving = ChildProcess.Start(new ProcessStartInfo("md5sum", [first.At("files/4097")]));

        using MemoryMount second = MemoryMount.Serve(guard, device, options with { LateMilliseconds = 10 });

        foreach (ChildProcess caller in new[] { opening, reading, arriving })
        {
            int code = await caller.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken);
            Assert.True(code == 0, caller.Error);
        }

        string expected = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(MemoryTree.Pattern(300_000, 7)));
        Assert.StartsWith(expected, opening.Output, StringComparison.Ordinal);
        Assert.StartsWith(expected, reading.Output, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path);
}
