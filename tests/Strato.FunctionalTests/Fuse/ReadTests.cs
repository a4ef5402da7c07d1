using System.Globalization;
using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>File content through the real kernel.</summary>
public sealed class ReadTests(MemoryMountFixture fixture) : IClassFixture<MemoryMountFixture>
{
    [Fact]
    public void Files_of_all_sizes_are_read_whole()
    {
        foreach (int size in MemoryTree.FileSizes)
        {
            string path = fixture.Mount.At(string.Create(CultureInfo.InvariantCulture, $"files/{size}"));
            Assert.Equal(Errno.None, BytePath.TryRead(path, out byte[] content));
            Assert.True(content.AsSpan().SequenceEqual(MemoryTree.Pattern(size)), $"the file of {size} bytes differs");
        }
    }

    [Theory]
    [InlineData("files/5000011")]
    [InlineData("files/direct")]
    public void Any_piece_of_a_file_is_what_stands_there(string name)
    {
        byte[] expected = fixture.Tree.At(name).Content;
        using FileDescriptor file = BytePath.Open(fixture.Mount.At(name));
        Random random = new(20261120);
        byte[] buffer = new byte[2_200_000];
        for (int i = 0; i < 300; i++)
        {
            int start = random.Next(expected.Length + 5000);
            int size = i % 20 == 0 ? random.Next(buffer.Length) : random.Next(20_000);

            PosixFile.ReadFullyAt(file, buffer.AsSpan(0, size), start, out int count).ThrowIfFailed("read");

            int there = Math.Clamp(expected.Length - start, 0, size);
            Assert.Equal(there, count);
            Assert.True(buffer.AsSpan(0, count).SequenceEqual(expected.AsSpan(Math.Min(start, expected.Length), there)), $"{size} bytes at {start} differ");
        }
    }

    [Fact]
    public void A_mapped_file_shows_its_content()
    {
        byte[] expected = fixture.Tree.At("files/1048577").Content;
        using FileDescriptor file = BytePath.Open(fixture.Mount.At("files/1048577"));
        MemoryMap.Create(file, expected.Length, writable: false, out MemoryMap? map).ThrowIfFailed("map");
        using (map)
        {
            Assert.True(map!.Span.SequenceEqual(expected));
        }
    }

    [Fact]
    public void Many_threads_read_at_the_same_time()
    {
        string[] names = ["5000011", "1048577", "131073", "direct", "4097"];
        Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 12 }, i =>
        {
            string name = names[i % names.Length];
            Assert.Equal(Errno.None, BytePath.TryRead(fixture.Mount.At($"files/{name}"), out byte[] content, 1000 + (i * 7919)));
            Assert.True(content.AsSpan().SequenceEqual(fixture.Tree.At($"files/{name}").Content), $"{name} differs");
        });
    }

    [Fact]
    public void Content_that_was_read_is_not_asked_for_again()
    {
        using MemoryMount mount = MemoryMount.Start();
        Assert.Equal(Errno.None, BytePath.TryRead(mount.At("files/1048577"), out _));
        long asked = mount.Number("count Read");
        Assert.True(asked > 0);

        Assert.Equal(Errno.None, BytePath.TryRead(mount.At("files/1048577"), out byte[] again));

        Assert.Equal(1_048_577, again.Length);
        Assert.Equal(asked, mount.Number("count Read"));
    }

    [Theory]
    [InlineData("files/4097")]
    [InlineData("files/new")]
    [InlineData("new")]
    public void Nothing_can_be_written(string name)
    {
        byte[] path = System.Text.Encoding.UTF8.GetBytes(fixture.Mount.At(name));

        Assert.Equal(Errno.EROFS, PosixFile.Open(null, path, OpenFlags.WriteOnly | OpenFlags.Create, out _, 0x1A4));
        Assert.Equal(Errno.EROFS, PosixPath.MakeDirectory(null, [.. path, (byte)'d'], 0x1ED));
    }
}
