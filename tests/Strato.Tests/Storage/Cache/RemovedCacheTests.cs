using System.Buffers;
using System.Text;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Testing;

namespace Strato.Tests.Storage.Cache;

/// <summary>A cache whose directory somebody removes while it is in use.</summary>
public sealed class RemovedCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly List<string> notices = [];

    public static TheoryData<string> Removals => ["everything", "contents", "shards", "usage", "txn", "counters"];

    private string Location => folder["cache"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Removals))]
    public void It_is_made_anew_and_counts_from_what_is_there(string removed)
    {
        using ObjectCache cache = Open();
        Put(cache, 0);
        Put(cache, 1);
        Assert.True(cache.TryOpen(Entry(0), 100, out OpenedObject open));

        Remove(removed);
        bool keepsEntries = removed is "usage" or "txn" or "counters";
        Assert.Equal(keepsEntries, cache.TryOpen(Entry(1), 100, out OpenedObject other));
        other.File?.Dispose();
        Assert.True(Put(cache, 2));
        Assert.True(Put(cache, 1));
        using (open)
        {
            byte[] bytes = new byte[200];
            Assert.Equal(Errno.None, PosixFile.ReadFullyAt(open.File, bytes, 0, out int count));
            Assert.Equal(100, count);
        }

        long entries = keepsEntries ? 3 : 2;
        Assert.True(SpinWait.SpinUntil(() => cache.Status.Entries >= entries, TimeSpan.FromSeconds(20)));

        // What came in while the entries were counted may have been counted twice, until they are counted again.
        _ = cache.Evict(long.MaxValue);
        Assert.Equal(new CacheStatus(entries * 4096, entries, CacheOptions.Unlimited), cache.Status);
        Assert.Equal(removed is "shards" or "txn" ? 0 : 1, notices.Count);

        // Whoever comes later finds a whole cache, and shares it.
        using ObjectCache later = Open();
        Assert.True(later.Contains(Entry(2)));
        Put(later, 3);
        Assert.Equal(cache.Status, later.Status);
    }

    [Fact]
    public void Counters_that_were_cut_short_end_nobody()
    {
        using ObjectCache cache = Open();
        Put(cache, 0);
        File.WriteAllBytes(Path.Combine(Location, "usage"), []);
        Assert.Equal(new CacheStatus(0, 0, CacheOptions.Unlimited), cache.Status);
        Put(cache, 1);
        Assert.True(SpinWait.SpinUntil(() => cache.Status.Entries >= 2, TimeSpan.FromSeconds(20)));

        // What came in while the entries were counted may have been counted twice, until they are counted again.
        _ = cache.Evict(long.MaxValue);
        Assert.Equal(2, cache.Status.Entries);
    }

    [Fact]
    public void A_process_that_is_stopped_with_the_lock_costs_others_the_cache_and_not_their_reads()
    {
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = Location, Quota = 2 * 4096, Notice = notices.Add, LockPatience = TimeSpan.FromMilliseconds(50), EvictionPause = TimeSpan.Zero });
        Assert.True(Put(cache, 0) && Put(cache, 1));
        PosixFile.Open(null, Encoding.UTF8.GetBytes(Path.Combine(Location, "maintenance")), OpenFlags.ReadWrite | OpenFlags.Create, out FileDescriptor? other, 0x180)
            .ThrowIfFailed("open");
        using (other)
        {
            Assert.Equal(Errno.None, PosixFile.Lock(other!, FileLock.Exclusive, wait: false));
            Assert.False(Put(cache, 2));
            Assert.Single(notices);
        }

        Assert.True(Put(cache, 2));
    }

    [Fact]
    public void Two_users_meet_again_in_the_new_one()
    {
        using ObjectCache first = Open();
        using ObjectCache second = Open();
        Put(first, 0);
        Remove("everything");
        Put(second, 1);
        Put(first, 2);
        Assert.True(first.Contains(Entry(1)));
        Assert.True(SpinWait.SpinUntil(() => first.Status.Entries >= 2, TimeSpan.FromSeconds(20)));
        _ = first.Evict(long.MaxValue);
        Assert.Equal(new CacheStatus(8192, 2, CacheOptions.Unlimited), first.Status);
        Assert.Equal(first.Status, second.Status);
    }

    [Fact]
    public void Where_it_cannot_be_made_objects_are_served_without_it_and_one_line_says_so()
    {
        using ObjectCache cache = Open();
        Put(cache, 0);
        Remove("everything");
        File.WriteAllText(Location, "somebody's file is in the place now");
        Assert.False(Put(cache, 1));
        Assert.False(Put(cache, 2));
        Assert.Contains("keeps nothing more", Assert.Single(notices), StringComparison.Ordinal);
        File.Delete(Location);
        Assert.True(Put(cache, 1));
        Assert.Contains("keeps objects again", notices[^1], StringComparison.Ordinal);
    }

    private static CachedObject Entry(int seed) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)seed]), ObjectKind.File), CompressionAlgorithm.Zlib);

    private static bool Put(ObjectCache cache, int seed)
    {
        using CacheWriter writer = cache.BeginWrite(Entry(seed));
        writer.Write(Enumerable.Repeat((byte)seed, 100).ToArray());
        using OpenedObject opened = writer.Commit();
        return opened.IsCached;
    }

    private ObjectCache Open() => ObjectCache.Open(new CacheOptions { Directory = Location, Notice = notices.Add });

    private void Remove(string removed)
    {
        switch (removed)
        {
            case "everything":
                Directory.Delete(Location, recursive: true);
                break;
            case "contents":
                Array.ForEach(Directory.GetDirectories(Location), path => Directory.Delete(path, recursive: true));
                Array.ForEach(Directory.GetFiles(Location), File.Delete);
                break;
            case "shards":
                Array.ForEach([.. Directory.GetDirectories(Location).Where(path => Path.GetFileName(path).Length == 2)], path => Directory.Delete(path, recursive: true));
                break;
            case "counters":
                File.WriteAllBytes(Path.Combine(Location, "usage"), []);
                break;
            case "usage":
                File.Delete(Path.Combine(Location, "usage"));
                break;
            default:
                Directory.Delete(Path.Combine(Location, "txn"), recursive: true);
                break;
        }
    }
}
