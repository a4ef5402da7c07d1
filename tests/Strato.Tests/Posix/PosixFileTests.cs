using System.Text;
using Strato.Posix;
using Strato.Testing;

namespace Strato.Tests.Posix;

public sealed class PosixFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bytes_are_written_and_read_at_offsets()
    {
        using FileDescriptor file = Create("f");
        Assert.Equal(Errno.None, PosixFile.WriteAllAt(file, "world"u8, 6));
        Assert.Equal(Errno.None, PosixFile.WriteAll(file, "hello "u8));
        byte[] buffer = new byte[20];

        Assert.Equal(Errno.None, PosixFile.ReadFullyAt(file, buffer, 3, out int count));

        Assert.Equal("lo world", Encoding.UTF8.GetString(buffer, 0, count));
        Assert.Equal(Errno.None, PosixFile.ReadAt(file, buffer, 11, out int end));
        Assert.Equal(0, end);
        Assert.Equal(Errno.None, PosixFile.Write(file, "to"u8, "gether"u8, out int written));
        Assert.Equal(8, written);
    }

    [Fact]
    public void Lengths_are_set_and_told()
    {
        using FileDescriptor file = Create("f");

        Assert.Equal(Errno.None, PosixFile.Truncate(file, 1000));
        Assert.Equal(1000, Size(file));
        Assert.Equal(Errno.None, PosixFile.Allocate(file, 0, 8192));
        Assert.Equal(8192, Size(file));
        Assert.Equal(Errno.None, PosixFile.SetPermissions(file, 0x120));
        PosixFile.GetStatus(file, out FileStatus status).ThrowIfFailed("look");
        Assert.Equal(0x120U, status.Permissions);
        Assert.Equal(Errno.None, PosixFile.Advise(file, AccessAdvice.DontNeed));
        Assert.Equal(Errno.None, Durability.WriteBack(file, 0, 0, SyncRange.Write));
        Assert.Equal(Errno.None, Durability.SyncData(file));
        Assert.Equal(Errno.None, Durability.Sync(file));
    }

    [Fact]
    public void A_lock_keeps_others_out_until_it_is_dropped()
    {
        using FileDescriptor first = Create("f");
        using FileDescriptor second = Create("f");

        Assert.Equal(Errno.None, PosixFile.Lock(first, FileLock.Exclusive, wait: false));
        Assert.Equal(Errno.EAGAIN, PosixFile.Lock(second, FileLock.Shared, wait: false));
        Assert.Equal(Errno.None, PosixFile.Lock(first, FileLock.None, wait: false));
        Assert.Equal(Errno.None, PosixFile.Lock(second, FileLock.Shared, wait: true));
    }

    [Fact]
    public void A_closed_descriptor_is_a_bug_and_not_another_file()
    {
        FileDescriptor file = Create("f");
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => PosixFile.Truncate(file, 0));
    }

    [Fact]
    public void A_duplicate_outlives_the_original()
    {
        FileDescriptor file = Create("f");
        Assert.Equal(Errno.None, PosixFile.Duplicate(file, out FileDescriptor? copy));
        file.Dispose();

        using (copy)
        {
            Assert.Equal(Errno.None, PosixFile.WriteAll(copy!, "x"u8));
        }
    }

    [Fact]
    public void Shared_memory_is_seen_by_every_mapping()
    {
        MemoryFile.Create("test"u8, out FileDescriptor? file).ThrowIfFailed("make");
        using (file)
        {
            PosixFile.Truncate(file!, 10_000).ThrowIfFailed("size");
            MemoryMap.Create(file!, 10_000, writable: true, out MemoryMap? first).ThrowIfFailed("map");
            MemoryMap.Create(file!, 10_000, writable: false, out MemoryMap? second).ThrowIfFailed("map");
            using (first)
            using (second)
            {
                first!.Span[9_999] = 42;

                Assert.Equal(42, second!.Span[9_999]);
            }

            Assert.Throws<ObjectDisposedException>(() => first.Span.Length);
            Assert.Equal(Errno.EINVAL, MemoryMap.Create(file!, 0, writable: false, out _));
        }
    }

    [Fact]
    public void Extended_attributes_are_bytes()
    {
        Create("f").Dispose();
        byte[] path = Encoding.UTF8.GetBytes(folder["f"]);
        byte[] value = [0, 1, 255, 0];
        Errno errno = ExtendedAttributes.Set(path, "user.test"u8, value);
        Assert.SkipWhen(errno == Errno.EOPNOTSUPP, "the temporary folder's file system has no user attributes");
        Assert.Equal(Errno.None, errno);

        Assert.Equal(Errno.None, ExtendedAttributes.Get(path, "user.test"u8, out byte[] read));
        Assert.Equal(value, read);
        Assert.Equal(Errno.None, ExtendedAttributes.List(path, out byte[] names));
        Assert.Contains("user.test\0", Encoding.UTF8.GetString(names), StringComparison.Ordinal);
        using FileDescriptor file = Create("f");
        Assert.Equal(Errno.None, ExtendedAttributes.Get(file, "user.test"u8, out read));
        Assert.Equal(value, read);
        Assert.Equal(Errno.None, ExtendedAttributes.List(file, out names));
        Assert.Contains("user.test\0", Encoding.UTF8.GetString(names), StringComparison.Ordinal);
        Assert.Equal(Errno.ENODATA, ExtendedAttributes.Get(file, "user.absent"u8, out _));
    }

    [Fact]
    public void The_file_system_tells_its_space()
    {
        Assert.Equal(Errno.None, PosixPath.GetFileSystemStatus(Encoding.UTF8.GetBytes(folder.Path), out FileSystemStatus status));

        Assert.True(status.BlockSize >= 512);
        Assert.True(status.Blocks >= status.BlocksAvailable);
        Assert.Equal(255, status.NameLength);
    }

    private static long Size(FileDescriptor file)
    {
        PosixFile.GetStatus(file, out FileStatus status).ThrowIfFailed("look");
        return status.Size;
    }

    private FileDescriptor Create(string name)
    {
        PosixFile.Open(null, Encoding.UTF8.GetBytes(folder[name]), OpenFlags.Create | OpenFlags.ReadWrite, out FileDescriptor? file, 0x1A4).ThrowIfFailed("create");
        return file!;
    }
}
