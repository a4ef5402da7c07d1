using System.Buffers;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Testing;

namespace Strato.Tests.Storage.Cache;

/// <summary>A file that is stored in pieces becomes one entry, and nothing gives way to it.</summary>
public sealed class CacheAssemblyTests : IDisposable
{
    private const int PartLength = 300_000;

    // In blocks of 4 KiB.
    private const int Footprint = 74 * 4096;

    private readonly TemporaryFolder folder = new();

    private static CachedObject Whole => Entry(99) with { Compression = CompressionAlgorithm.None, IsAssembled = true };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_parts_follow_on_each_other_and_stay()
    {
        using ObjectCache cache = Open();
        CachePart[] parts = [.. Enumerable.Range(1, 3).Select(seed => Put(cache, seed))];
        Assert.True(cache.Assemble(Whole, parts, isVolatile: false, TestContext.Current.CancellationToken));

        Assert.True(cache.TryOpen(Whole, 3 * PartLength, out OpenedObject opened));
        byte[] content = new byte[opened.Length];
        using (opened.File)
        {
            PosixFile.ReadFullyAt(opened.File, content, 0, out int count).ThrowIfFailed("read");
            Assert.Equal(content.Length, count);
        }

        Assert.Equal(Enumerable.Range(1, 3).SelectMany(Bytes), content);
        Assert.All(parts, part => Assert.True(cache.Contains(part.Entry)));
        Assert.Equal(4, cache.Status.Entries);
        Assert.True(cache.Assemble(Whole, parts, isVolatile: false, TestContext.Current.CancellationToken));
        Assert.Equal(4, cache.Status.Entries);
    }

    [Fact]
    public void It_is_listed_scrubbed_and_evicted_like_any_other()
    {
        using ObjectCache cache = Open();
        CachePart[] parts = [Put(cache, 1), Put(cache, 2)];
        Assert.True(cache.Assemble(Whole, parts, isVolatile: false, TestContext.Current.CancellationToken));
        List<CachedObject> listed = [];
        cache.List(entry =>
        {
            listed.Add(entry.Entry);
            return true;
        });
        Assert.Contains(Whole, listed);
        Assert.False(cache.RemoveIfDamaged(Whole));
        cache.Evict(0);
        Assert.False(cache.Contains(Whole));
        Assert.Equal(0, cache.Status.UsedBytes);
    }

    [Fact]
    public void A_part_that_is_missing_or_has_another_length_leaves_nothing()
    {
        using ObjectCache cache = Open();
        CachePart there = Put(cache, 1);
        Assert.False(cache.Assemble(Whole, [there, new CachePart(Entry(2), PartLength)], isVolatile: false, TestContext.Current.CancellationToken));
        Assert.False(cache.Assemble(Whole, [there, there with { Length = PartLength - 1 }], isVolatile: false, TestContext.Current.CancellationToken));
        Assert.False(cache.Contains(Whole));
        Assert.Equal(1, cache.Status.Entries);
    }

    [Theory]
    [InlineData(6)] // more than an eighth of the quota
    [InlineData(17)] // more than what is left of it
    public void Without_room_beside_its_parts_it_takes_their_place(int quotaInParts)
    {
        using ObjectCache cache = Open(quota: quotaInParts * Footprint);
        CachePart[] parts = [.. Enumerable.Range(1, quotaInParts - 1).Select(seed => Put(cache, seed))];
        Assert.True(cache.Assemble(Whole, parts[..2], isVolatile: false, TestContext.Current.CancellationToken));

        Assert.True(cache.Contains(Whole));
        Assert.All(parts[..2], part => Assert.False(cache.Contains(part.Entry)));
        Assert.All(parts[2..], part => Assert.True(cache.Contains(part.Entry)));

        // Two parts together take a block less.
        Assert.Equal(((quotaInParts - 1) * (long)Footprint) - 4096, cache.Evict(0));
    }

    [Fact]
    public void A_part_that_is_used_or_pinned_stays()
    {
        using ObjectCache cache = Open(quota: 8 * Footprint);
        CachePart[] parts = [.. Enumerable.Range(1, 3).Select(seed => Put(cache, seed))];
        Assert.True(cache.TrySetPinned(parts[0].Entry, isPinned: true));
        Assert.True(cache.TryOpen(parts[1].Entry, PartLength, out OpenedObject used));
        using (used.File)
        {
            Assert.True(ObjectCache.TryHold(used.File));
            Assert.True(cache.Assemble(Whole, parts, isVolatile: false, TestContext.Current.CancellationToken));
        }

        Assert.Equal([true, true, false], parts.Select(part => cache.Contains(part.Entry)));
    }

    [Fact]
    public void More_than_half_of_the_quota_is_not_put_together()
    {
        using ObjectCache cache = Open(quota: 4 * Footprint);
        CachePart[] parts = [.. Enumerable.Range(1, 3).Select(seed => Put(cache, seed))];
        Assert.False(cache.Assemble(Whole, parts, isVolatile: false, TestContext.Current.CancellationToken));
        Assert.All(parts, part => Assert.True(cache.Contains(part.Entry)));
    }

    [Fact]
    public void It_is_given_up_when_asked_to()
    {
        using ObjectCache cache = Open();
        CachePart[] parts = [Put(cache, 1), Put(cache, 2)];
        Assert.ThrowsAny<OperationCanceledException>(() => cache.Assemble(Whole, parts, isVolatile: false, new CancellationToken(canceled: true)));
        Assert.False(cache.Contains(Whole));
    }

    [Fact]
    public void Only_a_name_of_its_own_kind_is_taken()
    {
        using ObjectCache cache = Open();
        Assert.Throws<ArgumentException>(() => cache.Assemble(Entry(1), [], isVolatile: false, TestContext.Current.CancellationToken));
    }

    private static byte[] Bytes(int seed) => [.. Enumerable.Range(0, PartLength).Select(index => (byte)((index * seed) + (index >> 8)))];

    private static CachedObject Entry(int seed) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)seed]), ObjectKind.File), CompressionAlgorithm.Zlib);

    private static CachePart Put(ObjectCache cache, int seed)
    {
        using CacheWriter writer = cache.BeginWrite(Entry(seed));
        writer.Write(Bytes(seed));
        writer.Commit().Dispose();
        return new CachePart(Entry(seed), PartLength);
    }

    private ObjectCache Open(long quota = CacheOptions.Unlimited) => ObjectCache.Open(new CacheOptions { Directory = folder["cache"], Quota = quota });
}
