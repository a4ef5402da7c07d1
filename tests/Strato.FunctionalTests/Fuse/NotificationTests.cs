using System.Text;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>
/// What the kernel drops when it is told to: the ground for switching revisions (docs/fuse-notes.md). The memory file system's /live has
/// another content in its second revision; names and attributes would be kept for ever otherwise.
/// </summary>
public sealed class NotificationTests
{
    public NotificationTests() => FuseRequirement.Root();

    [Fact]
    public void Nothing_changes_until_the_kernel_is_told()
    {
        using MemoryMount mount = MemoryMount.Start();
        Assert.Equal(First, Look(mount));

        mount.Command("revision 2");

        Assert.Equal(First, Look(mount));
    }

    [Fact]
    public void Expired_names_and_invalidated_directories_show_the_new_revision()
    {
        using MemoryMount mount = MemoryMount.Start();
        Assert.Equal(First, Look(mount));
        mount.Command("revision 2");

        Expire(mount);

        Assert.Equal(Second, Look(mount));
        mount.Command("reset");
        Assert.Equal(Second, Look(mount));
        Assert.Equal(0, mount.Number("count Lookup") + mount.Number("count ReadDir") + mount.Number("count ReadDirPlus"));
    }

    [Fact]
    public void An_open_file_keeps_its_revision()
    {
        using MemoryMount mount = MemoryMount.Start();
        using FileDescriptor file = BytePath.Open(mount.At("live/file"));
        mount.Command("revision 2");

        Expire(mount);

        Assert.Equal("revision 2\n", File.ReadAllText(mount.At("live/file")));
        byte[] buffer = new byte[100];
        PosixFile.ReadAt(file, buffer, 0, out int count).ThrowIfFailed("read");
        Assert.Equal("revision 1\n", Encoding.UTF8.GetString(buffer, 0, count));
    }

    [Fact]
    public void Mounts_on_and_from_an_expired_directory_stay()
    {
        using MemoryMount mount = MemoryMount.Start();
        using TemporaryFolder folder = new();
        Assert.Equal(First, Look(mount));
        byte[] directory = Encoding.UTF8.GetBytes(mount.At("live/sub"));
        byte[] elsewhere = Encoding.UTF8.GetBytes(folder.Path);
        Mounts.Mount(directory, elsewhere, default, MountFlags.Bind, default).ThrowIfFailed("bind", elsewhere);
        try
        {
            Mounts.Mount("cover"u8, directory, "tmpfs"u8, MountFlags.None, default).ThrowIfFailed("mount on", directory);
            mount.Command("revision 2");

            Expire(mount);

            Assert.Empty(Directory.GetFileSystemEntries(mount.At("live/sub")));
            Assert.Equal(2, mount.Guard.Mounts.Count);
            Assert.Equal("inner 2\n", File.ReadAllText(folder["inner"]));
        }
        finally
        {
            Mounts.Unmount(elsewhere, UnmountFlags.Detach);
        }
    }

    [Fact]
    public void An_absence_is_kept_until_it_is_expired()
    {
        using MemoryMount mount = MemoryMount.Start();
        Assert.Equal(Errno.ENOENT, BytePath.TryStatus(mount.At("live/only-2"), out _));
        mount.Command("revision 2");
        Assert.Equal(Errno.ENOENT, BytePath.TryStatus(mount.At("live/only-2"), out _));

        Assert.Equal("None", mount.Command("expire live/only-2"));

        Assert.Equal(Errno.None, BytePath.TryStatus(mount.At("live/only-2"), out _));
    }

    [Fact]
    public void A_new_epoch_looks_every_name_up_again()
    {
        using MemoryMount mount = MemoryMount.Start();
        Assert.Equal(First, Look(mount));
        mount.Command("revision 2");

        string answer = mount.Command("epoch");

        Assert.SkipWhen(answer == "EINVAL", "the kernel is older than INC_EPOCH (6.16)");
        Assert.Equal("None", answer);
        Assert.Equal("revision 2\n", File.ReadAllText(mount.At("live/file")));
        Assert.Equal("inner 2\n", File.ReadAllText(mount.At("live/sub/inner")));

        // It is about names: listings and attributes have to be invalidated beside it.
        Assert.Equal("None", mount.Command("invalidate live"));
        Assert.Equal(Second, Look(mount));
    }

    [Fact]
    public void What_the_kernel_does_not_know_is_told()
    {
        using MemoryMount mount = MemoryMount.Start();

        Assert.Equal("ENOENT", mount.Command("invalidate files/4097"));
        Assert.Equal("ENOENT", mount.Command("expire live/file"));
        Assert.Equal("None", mount.Command("resend"));
    }

    private static void Expire(MemoryMount mount)
    {
        string[] commands = ["expire live/file", "expire live/sub/inner", "expire live/sub", "invalidate live", "invalidate live/sub"];
        foreach (string command in commands)
        {
            Assert.Contains(mount.Command(command), new[] { "None", "ENOENT" });
        }
    }

    private static Seen First => new("revision 1\n", "file only-1 sub", "inner 1\n");

    private static Seen Second => new("revision 2\n", "file only-2 sub", "inner 2\n");

    private static Seen Look(MemoryMount mount) => new(
        File.ReadAllText(mount.At("live/file")),
        string.Join(' ', Directory.GetFileSystemEntries(mount.At("live")).Select(Path.GetFileName).Order(StringComparer.Ordinal)),
        File.ReadAllText(mount.At("live/sub/inner")));

    private sealed record Seen(string File, string Names, string Inner);
}
