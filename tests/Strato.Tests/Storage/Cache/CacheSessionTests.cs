using System.Text;
using Strato.Storage.Cache;

namespace Strato.Tests.Storage.Cache;

public sealed class CacheSessionTests
{
    [Fact]
    public void A_new_cache_doubts_nothing_but_entries_of_unknown_origin_all()
    {
        Assert.True(CacheSession.Continue(null, "b1", 1000, hasEntries: false).Suspects.IsEmpty);
        SuspectWindow all = CacheSession.Continue(null, "b1", 1000, hasEntries: true).Suspects;
        Assert.True(all.Contains(0) && all.Contains(999) && !all.Contains(1001));
    }

    [Fact]
    public void A_crash_within_a_boot_doubts_nothing_yet()
    {
        CacheSession first = CacheSession.Continue(null, "b1", 1000, hasEntries: false);
        Assert.Equal(first, CacheSession.Continue(first, "b1", 2000, hasEntries: true));
    }

    [Fact]
    public void A_loss_of_power_doubts_what_changed_since_the_session_began()
    {
        CacheSession first = CacheSession.Continue(null, "b1", 1000, hasEntries: false);
        CacheSession second = CacheSession.Continue(first, "b2", 5000, hasEntries: true);
        Assert.Equal((false, true, true, false), (Doubts(second, 900), Doubts(second, 1000), Doubts(second, 4999), Doubts(second, 5001)));

        // Closing cleanly does not make the old entries good, and a second loss adds to the first.
        CacheSession third = CacheSession.Continue(second with { BootId = null }, "b3", 6000, hasEntries: true);
        Assert.Equal((true, false), (Doubts(third, 1000), Doubts(third, 5500)));
        CacheSession fourth = CacheSession.Continue(third, "b4", 7000, hasEntries: true);
        Assert.Equal((true, true, false), (Doubts(fourth, 1000), Doubts(fourth, 6500), Doubts(fourth, 7001)));
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_hide_damage()
    {
        CacheSession first = CacheSession.Continue(null, "b1", 9000, hasEntries: false);
        Assert.True(Doubts(CacheSession.Continue(first, "b2", 5000, hasEntries: true), 4000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2 3")]
    [InlineData("1 2 3 ")]
    [InlineData("1 2 x boot")]
    [InlineData("-1 2 3 boot")]
    [InlineData("1 2 3 boot more")]
    [InlineData("99999999999999999999 2 3 boot")]
    public void Damage_is_no_session(string text) => Assert.Null(CacheSession.TryParse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_session_comes_back()
    {
        CacheSession session = new(17, new SuspectWindow(3, 9), "boot-1");
        Assert.Equal(session, CacheSession.TryParse(session.Format()));
        Assert.Equal(session with { BootId = null }, CacheSession.TryParse((session with { BootId = null }).Format()));
    }

    private static bool Doubts(CacheSession session, long changeTime) => session.Suspects.Contains(changeTime);
}
