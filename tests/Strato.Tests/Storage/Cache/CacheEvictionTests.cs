using System.Buffers;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Tests.Storage.Cache;

/// <summary>What gives way in a full cache, and what does not.</summary>
public sealed class CacheEvictionTests : CacheTest
{
    [Fact]
    public void A_full_cache_drops_what_was_not_used_for_longest()
    {
        using ObjectCache cache = Open(quota: 10 * 4096);
        for (int index = 0; index < 10; index++)
        {
            Put(cache, index, 100);
            Clock.Advance(TimeSpan.FromHours(2));
        }

        Assert.True(cache.TryOpen(Entry(0), 100, out OpenedObject used));
        used.File.Dispose();
        Put(cache, 10, 100);
        Assert.True(cache.Contains(Entry(0)));
        Assert.False(cache.Contains(Entry(1)));
        Assert.True(cache.Contains(Entry(9)));
        Assert.True(cache.Contains(Entry(10)));
        Assert.Equal(6, cache.Status.Entries);
    }

    [Fact]
    public void Evictions_of_a_day_are_counted_for_all_processes_and_forgotten_after_it()
    {
        using ObjectCache cache = Open();
        using ObjectCache other = Open();
        Assert.Equal(0, cache.EvictionsOfDay);
        for (int hour = 0; hour < 30; hour++)
        {
            Put(cache, hour, 10);
            cache.Evict(0);
            cache.Evict(0);
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(24, other.EvictionsOfDay);
        Clock.Advance(TimeSpan.FromHours(20));
        Assert.Equal(4, cache.EvictionsOfDay);
        Clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(0, cache.EvictionsOfDay);
    }

    [Fact]
    public void Volatile_entries_go_first()
    {
        using ObjectCache cache = Open(quota: 4 * 4096);
        Put(cache, 0, 1);
        Clock.Advance(TimeSpan.FromHours(1));
        Put(cache, 1, 1, isVolatile: true);
        Clock.Advance(TimeSpan.FromHours(1));
        Put(cache, 2, 1, isVolatile: true);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(cache.TryOpen(Entry(1), 1, out OpenedObject used));
        used.File.Dispose();
        cache.Evict(2 * 4096);
        Assert.Equal((true, true, false), (cache.Contains(Entry(0)), cache.Contains(Entry(1)), cache.Contains(Entry(2))));
        cache.Evict(4096);
        Assert.Equal((true, false), (cache.Contains(Entry(0)), cache.Contains(Entry(1))));
    }

    [Fact]
    public void What_is_held_stays_and_what_is_open_stays_readable()
    {
        using ObjectCache cache = Open();
        Put(cache, 0, 10);
        Put(cache, 1, 20);
        Assert.True(cache.TryOpen(Entry(0), 10, out OpenedObject pinned));
        Assert.True(ObjectCache.TryHold(pinned.File));
        Assert.True(cache.TryOpen(Entry(1), 20, out OpenedObject open));
        using (open)
        {
            cache.Evict(0);
            Assert.True(cache.Contains(Entry(0)));
            Assert.False(cache.Contains(Entry(1)));
            Assert.Equal(new string('\u0001', 20), Read(open));
        }

        // The pin lasts as long as a mapping does.
        Assert.Equal(Errno.None, MemoryMap.Create(pinned.File, 10, writable: false, out MemoryMap? map));
        pinned.Dispose();
        cache.Evict(0);
        Assert.True(cache.Contains(Entry(0)));
        map!.Dispose();
        cache.Evict(0);
        Assert.False(cache.Contains(Entry(0)));
    }

    [Fact]
    public void What_an_operator_pins_stays_across_openings_until_it_is_let_go()
    {
        using (ObjectCache cache = Open(quota: 4 * 4096))
        {
            Put(cache, 0, 10);
            Assert.True(cache.TrySetPinned(Entry(0), isPinned: true));
            Assert.False(cache.TrySetPinned(Entry(1), isPinned: true));
        }

        using ObjectCache again = Open(quota: 4 * 4096);
        for (int seed = 1; seed < 20; seed++)
        {
            Put(again, seed, 10);
            Clock.Advance(TimeSpan.FromHours(2));
        }

        again.Evict(0);
        List<CacheEntryInfo> left = [];
        again.List(info =>
        {
            left.Add(info);
            return true;
        });
        CacheEntryInfo pinned = Assert.Single(left);
        Assert.Equal((Entry(0), 10L, true, false, false), (pinned.Entry, pinned.Length, pinned.IsPinned, pinned.IsInUse, pinned.IsVolatile));
        Assert.Equal(Clock.GetUtcNow().AddHours(-38), pinned.LastUse);
        Assert.Equal(new CacheStatus(4096, 1, 4 * 4096), again.Status);

        Assert.True(again.TrySetPinned(Entry(0), isPinned: false));
        again.Evict(0);
        Assert.Equal(0, again.Status.Entries);
    }

    [Fact]
    public void Where_all_of_the_quota_is_pinned_objects_are_served_without_being_kept()
    {
        using ObjectCache cache = Open(quota: 2 * 4096);
        Put(cache, 0, 10);
        Put(cache, 1, 10);
        Assert.True(cache.TrySetPinned(Entry(0), isPinned: true) && cache.TrySetPinned(Entry(1), isPinned: true));
        Put(cache, 2, 10);
        Assert.Equal((true, true, false), (cache.Contains(Entry(0)), cache.Contains(Entry(1)), cache.Contains(Entry(2))));
        Assert.Contains("its quota is taken by entries that are in use", Assert.Single(Notices), StringComparison.Ordinal);

        // Looking for room again and again would walk the directory each time.
        cache.TrySetPinned(Entry(0), isPinned: false);
        Put(cache, 2, 10);
        Assert.False(cache.Contains(Entry(2)));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Put(cache, 2, 10);
        Assert.Equal((false, true, true), (cache.Contains(Entry(0)), cache.Contains(Entry(1)), cache.Contains(Entry(2))));
        Assert.Equal(2, Notices.Count);
    }

    [Fact]
    public void What_was_removed_cannot_be_held()
    {
        using ObjectCache cache = Open();
        Put(cache, 0, 10);
        Assert.True(cache.TryOpen(Entry(0), 10, out OpenedObject opened));
        using (opened)
        {
            cache.Remove(Entry(0));
            Assert.False(ObjectCache.TryHold(opened.File));
        }
    }

    [Fact]
    public void An_object_beyond_the_quota_is_served_without_being_kept()
    {
        using ObjectCache cache = Open(quota: 8192);
        Put(cache, 0, 10);
        using CacheWriter writer = cache.BeginWrite(Entry(1));
        writer.Write(new byte[9000]);
        using OpenedObject opened = writer.Commit();
        Assert.False(opened.IsCached);
        Assert.Equal(9000, Read(opened).Length);
        Assert.True(cache.Contains(Entry(0)));
        Assert.False(cache.Contains(Entry(1)));
    }
}
