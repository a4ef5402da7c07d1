using System.Buffers;
using System.Text;
using Strato.Core;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Testing;

namespace Strato.Tests.Storage.Cache;

public sealed class ObjectCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly ManualClock clock = new();
    private readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

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
    public void An_entry_that_was_cut_short_is_removed_but_not_for_a_catalog_that_is_wrong()
    {
        using ObjectCache cache = Open();
        Put(cache, 1, 10);
        Assert.False(cache.TryOpen(Entry(1), 11, out OpenedObject _));
        Assert.True(cache.Contains(Entry(1)));
        Damage(new byte[7]);
        Assert.False(cache.TryOpen(Entry(1), 10, out OpenedObject _));
        Assert.False(cache.Contains(Entry(1)));
        Assert.Equal(0, cache.Status.UsedBytes);
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
    public void A_full_cache_drops_what_was_not_used_for_longest()
    {
        using ObjectCache cache = Open(quota: 10 * 4096);
        for (int index = 0; index < 10; index++)
        {
            Put(cache, index, 100);
            clock.Advance(TimeSpan.FromHours(2));
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
            clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(24, other.EvictionsOfDay);
        clock.Advance(TimeSpan.FromHours(20));
        Assert.Equal(4, cache.EvictionsOfDay);
        clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(0, cache.EvictionsOfDay);
    }

    [Fact]
    public void Volatile_entries_go_first()
    {
        using ObjectCache cache = Open(quota: 4 * 4096);
        Put(cache, 0, 1);
        clock.Advance(TimeSpan.FromHours(1));
        Put(cache, 1, 1, isVolatile: true);
        clock.Advance(TimeSpan.FromHours(1));
        Put(cache, 2, 1, isVolatile: true);
        clock.Advance(TimeSpan.FromHours(1));
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
            clock.Advance(TimeSpan.FromHours(2));
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
        Assert.Equal(clock.GetUtcNow().AddHours(-38), pinned.LastUse);
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
        Assert.Contains("its quota is taken by entries that are in use", Assert.Single(notices), StringComparison.Ordinal);

        // Looking for room again and again would walk the directory each time.
        cache.TrySetPinned(Entry(0), isPinned: false);
        Put(cache, 2, 10);
        Assert.False(cache.Contains(Entry(2)));
        clock.Advance(TimeSpan.FromSeconds(5));
        Put(cache, 2, 10);
        Assert.Equal((false, true, true), (cache.Contains(Entry(0)), cache.Contains(Entry(1)), cache.Contains(Entry(2))));
        Assert.Equal(2, notices.Count);
    }

    [Fact]
    public async Task A_scrub_keeps_to_its_pace()
    {
        PacingClock pacing = new();
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = folder.Path, Time = pacing, ScrubRate = 0 });
        Put(cache, 0, 6000);
        Put(cache, 1, 3000);
        await cache.ScrubAsync(bytesPerSecond: 1000, TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(9), pacing.Waited);
    }

    [Fact]
    public async Task A_scrub_can_be_had_at_once()
    {
        using ObjectCache cache = Open();
        Put(cache, 0, 10);
        Put(cache, 1, 10);
        Overwrite(Files()[0], new byte[10]);
        Assert.Equal(new ScrubResult(2, 1, 0), await cache.ScrubAsync(long.MaxValue, TestContext.Current.CancellationToken));
        Assert.Equal(1, cache.Status.Entries);
        Assert.Contains("1 of 2 objects", Assert.Single(notices), StringComparison.Ordinal);
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

    [Fact]
    public void A_commit_over_a_damaged_entry_replaces_it()
    {
        using ObjectCache cache = Open();
        Put(cache, 0, 10);
        Damage(content: []);
        Put(cache, 0, 10);
        Assert.True(cache.TryOpen(Entry(0), 10, out OpenedObject opened));
        opened.File.Dispose();
        Assert.Equal(1, cache.Status.Entries);
    }

    [Fact]
    public async Task A_scrub_finds_what_changed_on_the_disk()
    {
        using (ObjectCache cache = Open())
        {
            Put(cache, 0, 10);
            Put(cache, 1, 10);
        }

        Overwrite(Files()[0], "0123456789"u8.ToArray());
        ManualClock later = new(DateTimeOffset.UtcNow);
        CacheOptions options = new() { Directory = folder.Path, Time = later, ScrubRate = long.MaxValue, ScrubDelay = TimeSpan.Zero };
        using ObjectCache again = ObjectCache.Open(options);
        SpinWait.SpinUntil(() => again.Status.Entries == 1, TimeSpan.FromSeconds(20));
        Assert.Equal(1, again.Status.Entries);

        // Another one is not due before its time.
        using CacheOpening opening = CacheOpening.Open(options);
        ScrubSchedule schedule = new(() => opening, options);
        SpinWait.SpinUntil(() => !schedule.IsDue(), TimeSpan.FromSeconds(20));
        Assert.False(schedule.IsDue());
        later.Advance(options.ScrubEvery);
        Assert.True(schedule.IsDue());
        CacheScrubber scrubber = new(opening.Directory, opening.Usage, later);
        Assert.Equal(new ScrubResult(1, 0, 0), await scrubber.RunAsync(long.MaxValue, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void After_a_crash_the_counters_are_made_right_again()
    {
        using (ObjectCache cache = Open())
        {
            Put(cache, 0, 5000);
            Put(cache, 1, 10);
        }

        byte[] usage = File.ReadAllBytes(Path.Combine(folder.Path, "usage"));
        usage[8] = 77;
        File.WriteAllBytes(Path.Combine(folder.Path, "usage"), usage);
        File.Delete(Path.Combine(folder.Path, "session"));
        using ObjectCache again = Open();
        SpinWait.SpinUntil(() => again.Status.UsedBytes == 3 * 4096, TimeSpan.FromSeconds(20));
        Assert.Equal(new CacheStatus(3 * 4096, 2, CacheOptions.Unlimited), again.Status);
    }

    [Fact]
    public void After_a_loss_of_power_doubtful_entries_are_read_before_they_are_used()
    {
        using (ObjectCache cache = Open())
        {
            Put(cache, 0, 10);
            Put(cache, 1, 10);
        }

        // As the file is when the machine goes down: an earlier boot, nothing closed.
        File.WriteAllText(Path.Combine(folder.Path, "session"), "0 0 5 some-earlier-boot\n");
        string damaged = Files().Single(path => File.ReadAllBytes(path)[0] == 1);
        Overwrite(damaged, new byte[10]);
        ManualClock later = new(DateTimeOffset.UtcNow.AddMinutes(1));
        using ObjectCache again = ObjectCache.Open(new CacheOptions { Directory = folder.Path, Time = later });
        Assert.True(again.TryOpen(Entry(0), 10, out OpenedObject good));
        good.File.Dispose();
        Assert.False(again.TryOpen(Entry(1), 10, out OpenedObject _));
        Assert.False(again.Contains(Entry(1)));
    }

    [Theory]
    [InlineData("layout", "strato-cache 99\n", "its layout 'strato-cache 99' is not")]
    public void A_cache_of_another_version_is_refused(string file, string content, string message)
    {
        Open().Dispose();
        File.WriteAllText(Path.Combine(folder.Path, file), content);
        StratoException error = Assert.Throws<StratoException>(() => Open().Dispose());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_with_other_files_is_refused()
    {
        File.WriteAllText(Path.Combine(folder.Path, "thesis.tex"), "do not lose me");
        StratoException error = Assert.Throws<StratoException>(() => Open().Dispose());
        Assert.Contains("holds other files", error.Message, StringComparison.Ordinal);
    }

    private ObjectCache Open(long quota = CacheOptions.Unlimited) =>
        ObjectCache.Open(new CacheOptions { Directory = folder.Path, Quota = quota, Time = clock, Notice = notices.Add });

    private static CachedObject Entry(int seed) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)seed]), ObjectKind.File), CompressionAlgorithm.Zlib);

    private static void Put(ObjectCache cache, int seed, int length, bool isVolatile = false)
    {
        using CacheWriter writer = cache.BeginWrite(Entry(seed), isVolatile);
        writer.Write(Enumerable.Repeat((byte)seed, length).ToArray());
        writer.Commit().File.Dispose();
    }

    private static string Read(OpenedObject opened)
    {
        byte[] bytes = new byte[opened.Length + 1];
        Assert.Equal(Errno.None, PosixFile.ReadFullyAt(opened.File, bytes, 0, out int count));
        Assert.Equal(opened.Length, count);
        return Encoding.ASCII.GetString(bytes, 0, count);
    }

    private void Damage(byte[] content) => Overwrite(Assert.Single(Files()), content);

    private static void Overwrite(string path, byte[] content)
    {
        Assert.Equal(Errno.None, PosixPath.SetPermissions(null, Encoding.UTF8.GetBytes(path), 0x180));
        File.WriteAllBytes(path, content);
    }

    private string[] Files() => [.. Directory.GetDirectories(folder.Path)
        .Where(path => Path.GetFileName(path).Length == 2).SelectMany(Directory.GetFiles)];

    /// <summary>A clock whose pauses are over at once, and added up.</summary>
    private sealed class PacingClock : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
