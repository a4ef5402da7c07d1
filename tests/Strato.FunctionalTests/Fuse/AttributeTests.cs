using System.Text;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>stat, readlink, xattrs and statfs through the real kernel.</summary>
public sealed class AttributeTests(MemoryMountFixture fixture) : IClassFixture<MemoryMountFixture>
{
    [Theory]
    [InlineData("special/everything")]
    [InlineData("special/before-1970")]
    [InlineData("special/fifo")]
    [InlineData("special/socket")]
    [InlineData("special/null")]
    [InlineData("files/5000011")]
    [InlineData("links/longest")]
    [InlineData("late")]
    public void A_status_shows_every_attribute(string name)
    {
        MemoryNode node = fixture.Tree.At(name);

        FileStatus status = BytePath.Status(Path(name));

        Assert.Equal(node.Id, status.Inode);
        Assert.Equal(node.Mode, status.Mode);
        Assert.Equal(node.Uid, status.Uid);
        Assert.Equal(node.Gid, status.Gid);
        Assert.Equal(node.LinkCount, status.LinkCount);
        Assert.Equal(node.Content.Length, status.Size);
        Assert.Equal(node.RawDevice, status.RawDevice);
        Assert.Equal(node.ModificationTime, status.ModificationTime);
    }

    [Theory]
    [InlineData("links/relative")]
    [InlineData("links/dangling")]
    [InlineData("links/longest")]
    [InlineData("links/loop")]
    public void A_link_shows_its_target(string name)
    {
        byte[] target = new byte[PosixPath.MaxPath];

        Assert.Equal(Errno.None, PosixPath.ReadLink(null, Path(name), target, out int length));

        Assert.Equal(fixture.Tree.At(name).Content, target[..length]);
    }

    [Fact]
    public void A_link_is_followed()
    {
        Assert.Equal(Errno.None, BytePath.TryRead(fixture.Mount.At("links/relative"), out byte[] content));
        Assert.Equal(MemoryTree.Pattern(4097), content);
        Assert.Equal(Errno.ELOOP, BytePath.TryOpen(fixture.Mount.At("links/loop")));
        Assert.Equal(Errno.ENOENT, BytePath.TryOpen(fixture.Mount.At("links/dangling")));
    }

    [Fact]
    public void Every_extended_attribute_is_listed_and_read()
    {
        MemoryNode node = fixture.Tree.At("attributes/file");
        byte[] path = Path("attributes/file");

        Assert.Equal(Errno.None, ExtendedAttributes.List(path, out byte[] names));
        Assert.Equal(node.Attributes.SelectMany(attribute => attribute.Name.Append((byte)0)), names);
        foreach ((byte[] name, byte[] value) in node.Attributes)
        {
            Assert.Equal(Errno.None, ExtendedAttributes.Get(path, name, out byte[] read));
            Assert.Equal(value, read);
        }

        Assert.Equal(Errno.ENODATA, ExtendedAttributes.Get(path, "user.absent"u8, out _));
        Assert.Equal(Errno.None, ExtendedAttributes.List(Path("attributes/none"), out byte[] none));
        Assert.Empty(none);
    }

    [Fact]
    public async Task Sizes_of_extended_attributes_are_told_to_who_asks_first()
    {
        // getfattr asks for each size before it reads.
        using Testing.Processes.ChildProcess getfattr = Testing.Processes.ChildProcess.Start(
            new System.Diagnostics.ProcessStartInfo("python3", ["-c", "import os,sys; print(len(os.getxattr(sys.argv[1], 'user.large')), len(os.listxattr(sys.argv[1])))", fixture.Mount.At("attributes/file")]));

        Assert.Equal(0, await getfattr.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("65536 204", getfattr.Output.Trim());
    }

    [Fact]
    public void The_file_system_tells_its_size()
    {
        Assert.Equal(Errno.None, PosixPath.GetFileSystemStatus(Path(""), out FileSystemStatus status));

        Assert.Equal(0x65735546, status.Type);
        Assert.Equal(123_456UL, status.Files);
        Assert.Equal(255, status.NameLength);
        Assert.Equal(4096, status.BlockSize);
    }

    private byte[] Path(string path) => Encoding.UTF8.GetBytes(fixture.Mount.At(path));
}
