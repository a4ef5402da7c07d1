using System.Text;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>Directories through the real kernel.</summary>
public sealed class ListingTests(MemoryMountFixture fixture) : IClassFixture<MemoryMountFixture>
{
    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void A_large_directory_is_listed_whole_with_buffers_of_any_size(int bufferSize)
    {
        List<(string Name, FileType Type)> listed = BytePath.List(Path("big"), bufferSize);

        Assert.Equal(MemoryTree.BigDirectorySize, listed.Count);
        Assert.Equal(Expected(fixture.Tree.At("big")), listed);
    }

    [Fact]
    public void A_listing_that_the_kernel_does_not_keep_is_the_same()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { CacheListings = false });

        Assert.Equal(Expected(fixture.Tree.At("big")), BytePath.List(Encoding.UTF8.GetBytes(mount.At("big")), 4096));
        Assert.Equal(Expected(fixture.Tree.At("names")), BytePath.List(Encoding.UTF8.GetBytes(mount.At("names")), 1024));
        Assert.Equal(2, mount.Number("count OpenDir"));
    }

    [Fact]
    public void Every_name_of_any_bytes_leads_to_its_file()
    {
        MemoryNode names = fixture.Tree.At("names");

        Assert.Equal(Expected(names), BytePath.List(Path("names")));
        foreach (MemoryNode node in names.Children)
        {
            FileStatus status = BytePath.Status([.. Path("names/"), .. node.Name]);
            Assert.Equal(node.Id, status.Inode);
            Assert.Equal(node.Content.Length, status.Size);
        }
    }

    [Fact]
    public void A_directory_is_read_again_after_rewinding()
    {
        using FileDescriptor directory = BytePath.Open(Path("big"), OpenFlags.Directory);
        using DirectoryReader reader = new(directory, 8192);
        for (int i = 0; i < 500; i++)
        {
            reader.Read(out _, out bool found).ThrowIfFailed("list");
            Assert.True(found);
        }

        reader.Rewind().ThrowIfFailed("rewind");

        Assert.Equal(Expected(fixture.Tree.At("big")), BytePath.List(reader));
    }

    [Fact]
    public void Threads_list_one_directory_at_the_same_time()
    {
        using MemoryMount mount = MemoryMount.Start();
        byte[] path = Encoding.UTF8.GetBytes(mount.At("big"));
        List<(string Name, FileType Type)> expected = Expected(fixture.Tree.At("big"));

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Assert.Equal(expected, BytePath.List(path, 16384)));
    }

    [Fact]
    public void A_listing_brings_the_attributes_along()
    {
        using MemoryMount mount = MemoryMount.Start();

        foreach ((string name, FileType _) in BytePath.List(Encoding.UTF8.GetBytes(mount.At("files"))))
        {
            Assert.Equal(Errno.None, BytePath.TryStatus(mount.At($"files/{name}"), out FileStatus _));
        }

        Assert.Equal(1, mount.Number("count Lookup"));
        Assert.True(mount.Number("count ReadDirPlus") > 0);
    }

    [Fact]
    public void A_kept_listing_is_asked_for_once()
    {
        using MemoryMount mount = MemoryMount.Start();
        byte[] path = Encoding.UTF8.GetBytes(mount.At("files"));
        BytePath.List(path);
        long asked = mount.Number("count ReadDirPlus") + mount.Number("count ReadDir");

        BytePath.List(path);
        BytePath.List(path);

        Assert.Equal(1, mount.Number("count OpenDir"));
        Assert.Equal(asked, mount.Number("count ReadDirPlus") + mount.Number("count ReadDir"));
    }

    [Fact]
    public void What_a_listing_looked_up_is_forgotten_again()
    {
        FuseRequirement.Root();
        using MemoryMount mount = MemoryMount.Start();
        BytePath.List(Encoding.UTF8.GetBytes(mount.At("files")));
        Assert.Equal(1, mount.Number("lookups files/4097"));

        File.WriteAllText("/proc/sys/vm/drop_caches", "2");

        // FORGETs come when the kernel gets to them.
        Assert.True(SpinWait.SpinUntil(() => mount.Number("lookups files/4097") == 0, TimeSpan.FromSeconds(10)));
    }

    private static List<(string Name, FileType Type)> Expected(MemoryNode directory)
    {
        List<(string Name, FileType Type)> entries =
            [.. directory.Children.Select(node => (Encoding.Latin1.GetString(node.Name), (FileType)(node.Mode & 0xF000)))];
        entries.Sort((a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        return entries;
    }

    private byte[] Path(string path) => Encoding.UTF8.GetBytes(fixture.Mount.At(path));
}
