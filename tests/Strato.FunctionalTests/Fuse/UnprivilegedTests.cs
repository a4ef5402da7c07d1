using System.Diagnostics;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Fuse;

/// <summary>Mounting as another user than root, through fusermount3.</summary>
public sealed class UnprivilegedTests : IDisposable
{
    private const int Nobody = 65534;

    private readonly OpenedDevice device;

    public UnprivilegedTests()
    {
        FuseRequirement.Root();
        Assert.SkipUnless(File.Exists("/usr/bin/fusermount3"), "fusermount3 (package fuse3) is not installed");

        device = new OpenedDevice();
    }

    public void Dispose() => device.Dispose();

    [Fact]
    public async Task A_user_mounts_for_himself_alone()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { UserId = Nobody, AllowOther = false });

        using ChildProcess reading = ChildProcess.Start(new ProcessStartInfo(
            "setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--", "md5sum", mount.At("files/5000011")]));

        Assert.Equal(0, await reading.WaitAsync(TestContext.Current.CancellationToken));
        string expected = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(MemoryTree.Pattern(5_000_011)));
        Assert.StartsWith(expected, reading.Output, StringComparison.Ordinal);
        Assert.Equal(Errno.EACCES, BytePath.TryStatus(mount.At("files"), out _));
        MountEntry entry = Assert.Single(mount.Guard.Mounts);
        Assert.Equal("fuse.strato-test", entry.Type);
        Assert.Contains("ro,nosuid,nodev", entry.Options, StringComparison.Ordinal);
        Assert.Contains($"user_id={Nobody}", entry.Options, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_unmounts_what_he_mounted()
    {
        MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { UserId = Nobody, AllowOther = false });
        Assert.Equal("done", mount.Command("unmount"));
        Assert.Empty(mount.Guard.Mounts);
        mount.Dispose();
    }

    [Fact]
    public void A_user_without_fusermount_is_told_what_to_install()
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => MemoryMount.Start(new MemoryFileSystemOptions { UserId = Nobody, AllowOther = false, SearchPath = "/nowhere" }));

        Assert.Contains("install the package fuse3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_who_may_not_let_others_in_is_told()
    {
        Assert.SkipWhen(
            File.Exists("/etc/fuse.conf") && File.ReadLines("/etc/fuse.conf").Any(line => line.Trim() == "user_allow_other"), "users may let others in here");

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => MemoryMount.Start(new MemoryFileSystemOptions { UserId = Nobody, AllowOther = true }));

        Assert.Contains("user_allow_other", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/fuse.conf", refused.Message, StringComparison.Ordinal);
    }
}
