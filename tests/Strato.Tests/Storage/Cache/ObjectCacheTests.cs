using System.Buffers;
using System.Text;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Tests.Storage.Cache;

public sealed class ObjectCacheTests : CacheTest
{
    [Fact]
    public void What_is_committed_can_be_opened_and_nothing_before()
    {
        using ObjectCache cache = Open();
        CachedObject entry = Entry(1);
        Assert.False(cache.TryOpen(entry, 5, out OpenedObject _));
        using CacheWriter writer = cache.BeginWrite(entry);
        writer.Write("hello"u8);
        Assert.False(cache.Contains(entry));
        using OpenedObject committed = writer.Commit();
        Assert.True(committed.IsCached);
        Assert.Equal("hello", Read(committed));
        Assert.True(cache.TryOpen(entry, 5, out OpenedObject opened));
        using (opened)
        {
            Assert.Equal("hello", Read(opened));
        }

        Assert.Equal(new CacheStatus(4096, 1, CacheOptions.Unlimited), cache.Status);
    }

    [Fact]
    public void A_dropped_writer_leaves_nothing()
    {
        using ObjectCache cache = Open();
        using (CacheWriter writer = cache.BeginWrite(Entry(1)))
        {
            writer.Write(new byte[500_000]);
        }

        Assert.Equal(0, cache.Status.Entries);
        Assert.Empty(Files());
    }

    [Fact]
    public void An_empty_object_is_an_entry()
    {
        using ObjectCache cache = Open();
        Put(cache, 1, 0);
        Assert.True(cache.TryOpen(Entry(1), 0, out OpenedObject opened));
        opened.File.Dispose();
        Assert.Equal(0, opened.Length);
    }

    [Fact]
    public void The_wrong_compression_is_another_entry()
    {
        using ObjectCache cache = Open();
        Put(cache, 1, 10);
        Assert.False(cache.Contains(Entry(1) with { Compression = CompressionAlgorithm.None }));
    }

    [Fact]
    public void Entries_outlive_the_opening_and_cannot_be_written()
    {
        using (ObjectCache cache = Open())
        {
            Put(cache, 1, 10);
        }

        using ObjectCache again = Open();
        Assert.True(again.Contains(Entry(1)));
        Assert.Equal(1, again.Status.Entries);
        Assert.Equal(Errno.None, PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(Assert.Single(Files())), out FileStatus status));
        Assert.Equal(0x100u, status.Permissions);
    }

    [Fact]
    public void Two_openings_share_entries_and_counters()
    {
        using ObjectCache first = Open();
        using ObjectCache second = Open();
        Put(first, 0, 10);
        Put(second, 1, 10);
        Put(second, 0, 10);
        Assert.Equal(2, first.Status.Entries);
        Assert.True(first.Contains(Entry(1)));
        first.Remove(Entry(0));
        Assert.Equal(first.Status, second.Status);
        Assert.Equal(1, second.Status.Entries);
    }

    [Theory]
    [InlineData("layout", "strato-cache 99\n", "its layout 'strato-cache 99' is not")]
    public void A_cache_of_another_version_is_refused(string file, string content, string message)
    {
        Open().Dispose();
        File.WriteAllText(Path.Combine(Location, file), content);
        StratoException error = Assert.Throws<StratoException>(() => Open().Dispose());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_with_other_files_is_refused()
    {
        File.WriteAllText(Path.Combine(Location, "thesis.tex"), "do not lose me");
        StratoException error = Assert.Throws<StratoException>(() => Open().Dispose());
        Assert.Contains("holds other files", error.Message, StringComparison.Ordinal);
    }
}
