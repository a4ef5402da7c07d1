using Strato.Storage.Cache;
using Strato.Testing;

namespace Strato.Tests.Storage.Cache;

/// <summary>Entries and counters that are not what they were, and how that is found.</summary>
public sealed class CacheDamageTests : CacheTest
{
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
        CacheOptions options = new() { Directory = Location, Time = later, ScrubRate = long.MaxValue, ScrubDelay = TimeSpan.Zero };
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
    public async Task A_scrub_keeps_to_its_pace()
    {
        PacingClock pacing = new();
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = Location, Time = pacing, ScrubRate = 0 });
        Put(cache, 0, 6000);
        Put(cache, 1, 1_000_000);
        await cache.ScrubAsync(bytesPerSecond: 1000, TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(1006), pacing.Waited);
        Assert.InRange(pacing.Longest, TimeSpan.Zero, TimeSpan.FromSeconds(263));
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
        Assert.Contains("1 of 2 objects", Assert.Single(Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_crash_the_counters_are_made_right_again()
    {
        using (ObjectCache cache = Open())
        {
            Put(cache, 0, 5000);
            Put(cache, 1, 10);
        }

        byte[] usage = File.ReadAllBytes(Path.Combine(Location, "usage"));
        usage[8] = 77;
        File.WriteAllBytes(Path.Combine(Location, "usage"), usage);
        File.Delete(Path.Combine(Location, "session"));
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
        File.WriteAllText(Path.Combine(Location, "session"), "0 0 5 some-earlier-boot\n");
        string damaged = Files().Single(path => File.ReadAllBytes(path)[0] == 1);
        Overwrite(damaged, new byte[10]);
        ManualClock later = new(DateTimeOffset.UtcNow.AddMinutes(1));
        using ObjectCache again = ObjectCache.Open(new CacheOptions { Directory = Location, Time = later });
        Assert.True(again.TryOpen(Entry(0), 10, out OpenedObject good));
        good.File.Dispose();
        Assert.False(again.TryOpen(Entry(1), 10, out OpenedObject _));
        Assert.False(again.Contains(Entry(1)));
    }

    /// <summary>A clock whose pauses are over at once, and added up.</summary>
    private sealed class PacingClock : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public TimeSpan Longest { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            Longest = dueTime > Longest ? dueTime : Longest;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
