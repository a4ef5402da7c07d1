using System.Text;
using Strato.Posix;
using Strato.Testing;

namespace Strato.Tests.Posix;

public sealed class DirectoryReaderTests : IDisposable
{
    private const int Files = 3000;
    private readonly TemporaryFolder folder = new();

    public DirectoryReaderTests()
    {
        for (int i = 0; i < Files; i++)
        {
            File.WriteAllText(folder[$"file-{i}"], "");
        }

        Directory.CreateDirectory(folder["directory"]);
        File.CreateSymbolicLink(folder["link"], "nowhere");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1024)]
    [InlineData(65536)]
    public void Every_name_comes_once_with_its_type(int bufferSize)
    {
        using FileDescriptor directory = Open();
        using DirectoryReader reader = new(directory, bufferSize);
        Dictionary<string, FileType> seen = new(StringComparer.Ordinal);
        while (Next(reader, out DirectoryItem item))
        {
            seen.Add(Encoding.UTF8.GetString(item.Name), item.Type);
        }

        Assert.Equal(Files + 2, seen.Count);
        Assert.Equal(FileType.Directory, seen["directory"]);
        Assert.Equal(FileType.SymbolicLink, seen["link"]);
        Assert.Equal(FileType.Regular, seen["file-0"]);
        reader.Rewind().ThrowIfFailed("rewind");
        Assert.True(Next(reader, out _));
    }

    [Fact]
    public void Listing_allocates_nothing_for_an_entry()
    {
        using FileDescriptor directory = Open();
        using DirectoryReader reader = new(directory);
        for (int i = 0; i < 200; i++)
        {
            Next(reader, out _);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = 0;
        while (Next(reader, out _))
        {
            count++;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Files + 2 - 200, count);
    }

    [Fact]
    public void What_is_not_a_directory_is_told()
    {
        PosixFile.Open(null, Encoding.UTF8.GetBytes(folder["file-0"]), OpenFlags.ReadOnly, out FileDescriptor? file).ThrowIfFailed("open");
        using (file)
        {
            using DirectoryReader reader = new(file!);

            Assert.Equal(Errno.ENOTDIR, reader.Read(out _, out bool found));
            Assert.False(found);
        }
    }

    private static bool Next(DirectoryReader reader, out DirectoryItem item)
    {
        reader.Read(out item, out bool found).ThrowIfFailed("list");
        return found;
    }

    private FileDescriptor Open()
    {
        PosixFile.Open(null, Encoding.UTF8.GetBytes(folder.Path), OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("open");
        return directory!;
    }
}
