using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>A file system that throws.</summary>
public sealed class FaultTests
{
    public FaultTests() => FuseRequirement.Device();

    [Fact]
    public void A_handler_that_throws_gives_its_caller_EIO_and_the_daemon_lives_on()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { Validity = 0 });

        Assert.Equal(Errno.EIO, BytePath.TryStatus(mount.At("broken/lookup"), out _));
        Assert.Equal(1, mount.Number("faults"));
        Assert.Equal(Errno.EIO, BytePath.TryOpen(mount.At("broken/open")));
        Assert.Equal(2, mount.Number("faults"));
        Assert.Equal(Errno.EIO, BytePath.TryRead(mount.At("broken/read"), out _));
        Assert.Throws<IOException>(() => Directory.GetFiles(mount.At("broken/list")));
        Assert.True(mount.Number("faults") >= 4);

        Assert.Equal(Errno.None, BytePath.TryRead(mount.At("files/4097"), out byte[] content));
        Assert.Equal(MemoryTree.Pattern(4097), content);
    }

    [Fact]
    public void Attributes_that_cannot_be_had_give_EIO()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { Validity = 0 });
        using FileDescriptor place = BytePath.Open(mount.At("broken/attributes"), OpenFlags.Path);

        Assert.Equal(Errno.EIO, PosixFile.GetStatus(place, out _));
        Assert.Equal(1, mount.Number("faults"));
    }
}
