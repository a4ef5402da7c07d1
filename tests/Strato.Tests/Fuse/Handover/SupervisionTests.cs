using Strato.Fuse.Handover;

namespace Strato.Tests.Fuse.Handover;

/// <summary>When a daemon is started again, and when it counts as hung.</summary>
public sealed class SupervisionTests
{
    private const long Limit = 5000;

    [Fact]
    public void A_daemon_that_served_for_a_while_is_followed_at_once_however_often()
    {
        RestartPolicy policy = new();
        for (int death = 0; death < 1000; death++)
        {
            Assert.Equal(0, policy.NoteEnd(RestartPolicy.Steady, wasAsked: false));
        }
    }

    [Fact]
    public void Quick_deaths_get_pauses_that_grow_to_half_a_second_and_end_with_a_steady_daemon()
    {
        RestartPolicy policy = new();
        long[] pauses = [.. Enumerable.Range(0, 10).Select(_ => policy.NoteEnd(1, wasAsked: false))];

        Assert.Equal([0, 0, 0, 100, 200, 400, 500, 500, 500, 500], pauses);
        Assert.Equal(0, policy.NoteEnd(RestartPolicy.Steady, wasAsked: false));
        Assert.Equal(0, policy.NoteEnd(1, wasAsked: false));
    }

    [Fact]
    public void Departures_are_never_held_up()
    {
        RestartPolicy policy = new();
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(0, policy.NoteEnd(1, wasAsked: true)));
    }

    [Fact]
    public void A_program_that_never_serves_is_tried_ever_more_slowly_and_in_turn_with_the_one_before()
    {
        RestartPolicy policy = new();
        List<bool> previous = [];
        List<long> pauses = [];
        for (int attempt = 0; attempt < 9; attempt++)
        {
            previous.Add(policy.TriesPrevious);
            pauses.Add(policy.NoteEnd(-1, wasAsked: false));
        }

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000], pauses);
        Assert.Equal([false, false, false, true, false, true, false, true, false], previous);
        policy.NoteServing();
        Assert.False(policy.TriesPrevious);
        Assert.Equal(100, policy.NoteEnd(-1, wasAsked: false));
    }

    [Fact]
    public void A_daemon_that_is_killed_before_it_serves_says_nothing_against_its_program()
    {
        RestartPolicy policy = new();

        Assert.Equal([0, 0, 0, 100], Enumerable.Range(0, 4).Select(_ => policy.NoteEnd(-1, wasAsked: false, wasKilled: true)));
        Assert.False(policy.TriesPrevious);
    }

    [Fact]
    public void Requests_that_wait_for_the_whole_limit_with_none_read_are_a_hang()
    {
        HangDetector detector = default;

        Assert.False(detector.Look(0, isWaiting: true, progress: 7, Limit));
        Assert.False(detector.Look(Limit - 1, isWaiting: true, progress: 7, Limit));
        Assert.True(detector.Look(Limit, isWaiting: true, progress: 7, Limit));
    }

    [Theory]
    [InlineData(true, 8)] // a request was read
    [InlineData(false, 7)] // nobody waited
    public void Anything_that_moves_begins_the_time_anew(bool isWaiting, long progress)
    {
        HangDetector detector = default;
        detector.Look(0, isWaiting: true, progress: 7, Limit);

        Assert.False(detector.Look(Limit - 1, isWaiting, progress, Limit));
        Assert.False(detector.Look(Limit, isWaiting: true, progress, Limit));
        Assert.False(detector.Look(Limit + 1, isWaiting: true, progress, Limit));
        Assert.True(detector.Look((2 * Limit) + 1, isWaiting: true, progress, Limit));
    }

    [Fact]
    public void A_daemon_that_shows_no_sign_of_life_for_the_whole_limit_is_told_once()
    {
        HangDetector detector = default;

        Assert.False(detector.HasFallenSilent(0, sign: 5, Limit));
        Assert.False(detector.HasFallenSilent(Limit - 1, sign: 5, Limit));
        Assert.True(detector.HasFallenSilent(Limit, sign: 5, Limit));
        Assert.False(detector.HasFallenSilent(Limit + 1, sign: 5, Limit));
        Assert.False(detector.HasFallenSilent(Limit + 2, sign: 6, Limit));
        Assert.True(detector.HasFallenSilent((2 * Limit) + 2, sign: 6, Limit));
    }

    [Fact]
    public void Daemons_that_give_no_signs_others_and_no_limit_are_no_silence()
    {
        HangDetector detector = default;
        detector.HasFallenSilent(0, sign: 5, Limit);
        detector.Reset();
        Assert.False(detector.HasFallenSilent(Limit, sign: 5, Limit));
        Assert.False(detector.HasFallenSilent(2 * Limit, sign: 5, limit: 0));
        Assert.False(detector.HasFallenSilent(3 * Limit, sign: 0, Limit));
        Assert.False(detector.HasFallenSilent(5 * Limit, sign: 0, Limit));
    }

    [Fact]
    public void Another_daemon_and_no_limit_are_no_hang()
    {
        HangDetector detector = default;
        detector.Look(0, isWaiting: true, progress: 7, Limit);
        detector.Reset();
        Assert.False(detector.Look(Limit, isWaiting: true, progress: 7, Limit));
        Assert.False(detector.Look(long.MaxValue, isWaiting: true, progress: 7, limit: 0));
    }
}
