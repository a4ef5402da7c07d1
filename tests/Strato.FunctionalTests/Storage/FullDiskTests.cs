using System.Buffers;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Local;
using Strato.Storage.Objects;
using Strato.Testing;

namespace Strato.FunctionalTests.Storage;

/// <summary>What happens on a disk of two megabytes. Needs root, for mounting it.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly SmallDisk disk;

    public FullDiskTests()
    {
        Assert.SkipWhen(SmallDisk.WhyImpossible is not null, SmallDisk.WhyImpossible ?? string.Empty);
        disk = new SmallDisk(megabytes: 2);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => disk?.Dispose();

    [Fact]
    public async Task A_put_fails_in_one_line_and_shows_nothing()
    {
        await using LocalObjectStore store = LocalObjectStore.Create(disk["store"]);
        string key = "data/ab/cdef0123456789abcdef0123456789abcdef01";
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await store.PutIfAbsentAsync(key, new byte[4 << 20], Token));
        Assert.Contains("No space left on device; free some space", error.Message, StringComparison.Ordinal);
        Assert.False(await store.ExistsAsync(key, Token));

        await using (IStagedObject staged = await store.CreateStagedAsync(Token))
        {
            await Assert.ThrowsAsync<StratoException>(async () => await staged.WriteAsync(new byte[4 << 20], Token));
        }

        // The space is free again: nothing of the failures was kept.
        Assert.True(await store.PutIfAbsentAsync(key, new byte[500_000], Token));
        await store.FlushAsync(Token);
    }

    [Fact]
    public async Task A_failed_swap_leaves_the_old_version()
    {
        await using LocalObjectStore store = LocalObjectStore.Create(disk["store"]);
        SwapResult made = await store.CompareAndSwapAsync(ObjectKey.Reflog, null, "old"u8.ToArray(), Token);
        await Assert.ThrowsAsync<StratoException>(async () => await store.CompareAndSwapAsync(ObjectKey.Reflog, made.Current, new byte[4 << 20], Token));
        Assert.Equal("old"u8.ToArray(), (await store.ReadAsync(ObjectKey.Reflog, 100, Token))!.Bytes.ToArray());
        Assert.True((await store.CompareAndSwapAsync(ObjectKey.Reflog, made.Current, "new"u8.ToArray(), Token)).Swapped);
    }

    [Fact]
    public void A_cache_makes_room_by_dropping_what_is_old()
    {
        using ObjectCache cache = OpenCache();
        for (int seed = 0; seed < 20; seed++)
        {
            using CacheWriter writer = cache.BeginWrite(Entry(seed));
            writer.Write(Content(seed, 300_000));
            using OpenedObject opened = writer.Commit();
            Assert.True(opened.IsCached);
            Assert.Equal(Content(seed, 300_000), Read(opened));
        }

        Assert.InRange(cache.Status.Entries, 1, 6);
        Assert.True(cache.Contains(Entry(19)));
    }

    [Fact]
    public void A_cache_without_room_serves_from_memory()
    {
        using ObjectCache cache = OpenCache();
        using CacheWriter writer = cache.BeginWrite(Entry(1));
        byte[] content = Content(1, 5_000_000);
        writer.Write(content);
        using OpenedObject opened = writer.Commit();
        Assert.False(opened.IsCached);
        Assert.Equal(content, Read(opened));
        Assert.Equal(0, cache.Status.Entries);

        using CacheWriter small = cache.BeginWrite(Entry(2));
        small.Write(Content(2, 1000));
        using OpenedObject kept = small.Commit();
        Assert.True(kept.IsCached);
    }

    [Fact]
    public void A_cache_on_a_disk_that_others_filled_still_opens_and_serves()
    {
        using (ObjectCache cache = OpenCache())
        {
            using CacheWriter writer = cache.BeginWrite(Entry(1));
            writer.Write(Content(1, 1000));
            writer.Commit().Dispose();
        }

        disk.FillUp();
        using ObjectCache again = OpenCache();
        Assert.True(again.TryOpen(Entry(1), 1000, out OpenedObject old));
        using (old)
        {
            Assert.Equal(Content(1, 1000), Read(old));
        }

        using CacheWriter next = again.BeginWrite(Entry(2));
        next.Write(Content(2, 100_000));
        using OpenedObject served = next.Commit();
        Assert.Equal(Content(2, 100_000), Read(served));
    }

    private static CachedObject Entry(int seed) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)seed]), ObjectKind.File), CompressionAlgorithm.Zlib);

    private static byte[] Content(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Read(OpenedObject opened)
    {
        byte[] bytes = new byte[opened.Length + 1];
        Assert.Equal(Errno.None, PosixFile.ReadFullyAt(opened.File, bytes, 0, out int count));
        return bytes[..count];
    }

    private ObjectCache OpenCache() => ObjectCache.Open(new CacheOptions { Directory = disk["cache"] });
}
