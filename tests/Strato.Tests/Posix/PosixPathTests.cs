using System.Text;
using Strato.Posix;
using Strato.Testing;

namespace Strato.Tests.Posix;

/// <summary>Calls on names, on the real file system below a temporary folder.</summary>
public sealed class PosixPathTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FileDescriptor directory;

    public PosixPathTests()
    {
        PosixFile.Open(null, Encoding.UTF8.GetBytes(folder.Path), OpenFlags.Directory | OpenFlags.Path, out FileDescriptor? opened).ThrowIfFailed("open");
        directory = opened!;
    }

    public void Dispose()
    {
        directory.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_name_is_any_bytes()
    {
        byte[] name = [.. Enumerable.Range(1, 255).Where(value => value != '/').Select(value => (byte)value)];

        Write(name, "content"u8);

        Assert.Equal(7, Status(name).Size);
        Assert.Equal(Errno.None, PosixPath.Unlink(directory, name));
        Assert.Equal(Errno.ENOENT, PosixPath.GetStatus(directory, name, out _));
    }

    [Fact]
    public void A_path_with_a_NUL_never_names_another_file()
    {
        Write("victim"u8, "x"u8);

        Assert.Equal(Errno.EINVAL, PosixPath.Unlink(directory, "victim\0.txt"u8));
        Assert.Equal(Errno.EINVAL, PosixFile.Open(directory, "victim\0"u8, OpenFlags.ReadOnly, out _));
        Assert.Equal(Errno.EINVAL, PosixPath.Rename(directory, "victim\0"u8, directory, "b"u8, replace: true));
        Assert.Equal(Errno.EINVAL, PosixPath.MakeSymbolicLink("a\0b"u8, directory, "link"u8));
        Assert.Equal(1, Status("victim"u8).Size);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(4000)]
    public void Paths_of_any_length_arrive_whole(int length)
    {
        byte[] path = [.. Enumerable.Repeat("./"u8.ToArray(), length / 2).SelectMany(part => part), .. "f"u8];

        Write(path, "x"u8);

        Assert.Equal(1, Status("f"u8).Size);
    }

    [Fact]
    public void Too_long_a_path_is_told()
    {
        byte[] path = [.. Enumerable.Repeat((byte)'/', 5000)];

        Assert.Equal(Errno.ENAMETOOLONG, PosixPath.GetStatus(null, path, out _));
    }

    [Theory]
    [InlineData(1_700_000_000, 123_456_789U)]
    [InlineData(0, 0U)]
    [InlineData(-1, 999_999_999U)]
    public void Times_keep_their_nanoseconds(long seconds, uint nanoseconds)
    {
        Write("f"u8, []);
        Timestamp time = new(seconds, nanoseconds);

        Assert.Equal(Errno.None, PosixPath.SetTimes(directory, "f"u8, time, time));

        Assert.Equal(time, Status("f"u8).ModificationTime);
    }

    [Fact]
    public void A_status_tells_the_type_and_the_permissions()
    {
        Assert.Equal(Errno.None, PosixPath.MakeDirectory(directory, "d"u8, 0x1ED));
        Assert.Equal(Errno.None, PosixPath.SetPermissions(directory, "d"u8, 0x3C0));
        Assert.Equal(Errno.None, PosixPath.MakeNode(directory, "p"u8, (uint)FileType.Fifo | 0x180, 0));
        Assert.Equal(Errno.None, PosixPath.MakeSymbolicLink("\xff target"u8, directory, "l"u8));

        Assert.Equal((FileType.Directory, 0x3C0U), (Status("d"u8).Type, Status("d"u8).Permissions));
        Assert.Equal(FileType.Fifo, Status("p"u8).Type);
        Assert.Equal(FileType.SymbolicLink, Status("l"u8).Type);
        Assert.Equal(FileType.Directory, Status(default).Type);
    }

    [Fact]
    public void A_link_is_read_whole_or_not_at_all()
    {
        byte[] target = [.. Enumerable.Repeat((byte)0xFE, 300)];
        PosixPath.MakeSymbolicLink(target, directory, "l"u8).ThrowIfFailed("link");
        byte[] buffer = new byte[PosixPath.MaxPath];

        Assert.Equal(Errno.None, PosixPath.ReadLink(directory, "l"u8, buffer, out int length));
        Assert.Equal(target, buffer[..length]);
        Assert.Equal(Errno.ERANGE, PosixPath.ReadLink(directory, "l"u8, buffer.AsSpan(0, 300), out _));
        Assert.Equal(Errno.EINVAL, PosixPath.ReadLink(directory, "."u8, buffer, out _));
    }

    [Fact]
    public void A_rename_replaces_only_where_it_may()
    {
        Write("a"u8, "a"u8);
        Write("b"u8, "bb"u8);

        Assert.Equal(Errno.EEXIST, PosixPath.Rename(directory, "a"u8, directory, "b"u8, replace: false));
        Assert.Equal(2, Status("b"u8).Size);
        Assert.Equal(Errno.None, PosixPath.Rename(directory, "a"u8, directory, "b"u8, replace: true));
        Assert.Equal(1, Status("b"u8).Size);
        Assert.Equal(Errno.None, PosixPath.Rename(directory, "b"u8, directory, "c"u8, replace: false));
    }

    [Fact]
    public void An_unnamed_file_gets_its_name_when_it_is_whole()
    {
        PosixFile.Open(directory, "."u8, OpenFlags.Temporary | OpenFlags.WriteOnly, out FileDescriptor? file, 0x1A4).ThrowIfFailed("open an unnamed file");
        using (file)
        {
            PosixFile.WriteAll(file!, "whole"u8).ThrowIfFailed("write");
            Assert.Equal(Errno.None, PosixPath.LinkDescriptor(file!, directory, "named"u8));
            Assert.Equal(Errno.EEXIST, PosixPath.LinkDescriptor(file!, directory, "named"u8));
        }

        Assert.Equal(5, Status("named"u8).Size);
    }

    [Fact]
    public void Hard_links_share_their_inode()
    {
        Write("a"u8, "a"u8);

        Assert.Equal(Errno.None, PosixPath.Link(directory, "a"u8, directory, "b"u8));

        Assert.Equal(Status("a"u8).Inode, Status("b"u8).Inode);
        Assert.Equal(2U, Status("b"u8).LinkCount);
    }

    [Fact]
    public void A_path_resolves_without_links()
    {
        PosixPath.MakeDirectory(directory, "real"u8, 0x1ED).ThrowIfFailed("make");
        PosixPath.MakeSymbolicLink("real"u8, directory, "link"u8).ThrowIfFailed("link");

        Assert.Equal(Errno.None, PosixPath.Resolve(Encoding.UTF8.GetBytes(folder["link/../link/."]), out byte[] resolved));

        Assert.Equal(folder["real"], Encoding.UTF8.GetString(resolved));
        Assert.Equal(Errno.ENOENT, PosixPath.Resolve("/no/such/place"u8, out _));
    }

    [Fact]
    public void A_failure_is_one_line_that_a_terminal_survives()
    {
        PosixException exception = Assert.Throws<PosixException>(() => Errno.ENOENT.ThrowIfFailed("open", "a\nb\xff\u001b"u8));

        Assert.Equal(Errno.ENOENT, exception.Errno);
        Assert.Equal(@"cannot open a\x0abÿ\x1b: No such file or directory", exception.Message);
        Assert.Equal(@"cannot list \xff: Permission denied", Assert.Throws<PosixException>(() => Errno.EACCES.ThrowIfFailed("list", [0xFF])).Message);
    }

    private void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        PosixFile.Open(directory, name, OpenFlags.Create | OpenFlags.WriteOnly, out FileDescriptor? file, 0x1A4).ThrowIfFailed("create", name);
        using (file)
        {
            PosixFile.WriteAll(file!, content).ThrowIfFailed("write", name);
        }
    }

    private FileStatus Status(ReadOnlySpan<byte> name)
    {
        PosixPath.GetStatus(directory, name, out FileStatus status).ThrowIfFailed("look at", name);
        return status;
    }
}
