namespace Strato.Fuse.Handover;

/// <summary>
/// When a daemon that ended is started again, and from which program. A daemon that served is followed at once, unless several end in quick
/// succession; one that never came to serve is followed after growing pauses, and after some tries by the program before the last upgrade.
/// </summary>
internal sealed class RestartPolicy
{
    /// <summary>A daemon that served this long, in milliseconds, ended for a new reason.</summary>
    internal const long Steady = 500;

    /// <summary>So many quick ends in a row have no pause.</summary>
    internal const int Free = 3;

    private const long FirstPause = 100;
    private const long LongestPauseServed = 500;
    private const long LongestPauseUnserved = 10_000;

    private int quickEnds;
    private int unserved;

    /// <summary>Whether the next try is that of the previous program.</summary>
    public bool TriesPrevious => unserved >= Free && unserved % 2 == 1;

    /// <summary>The daemon came to serve.</summary>
    public void NoteServing() => unserved = 0;

    /// <summary>The daemon ended, or could not be started; answers the milliseconds until the next start.</summary>
    /// <param name="servedFor">How long it had served, in milliseconds; -1 where it never did.</param>
    /// <param name="wasAsked">It departed for a successor.</param>
    /// <param name="wasKilled">Somebody else ended it, so that nothing is known against it.</param>
    public long NoteEnd(long servedFor, bool wasAsked, bool wasKilled = false)
    {
        if (servedFor < 0 && !wasKilled)
        {
            unserved++;
            return Pause(unserved - 1, LongestPauseUnserved);
        }

        quickEnds = servedFor >= Steady || wasAsked ? 0 : quickEnds + 1;
        return quickEnds <= Free ? 0 : Pause(quickEnds - Free - 1, LongestPauseServed);
    }

    private static long Pause(int doublings, long longest) => Math.Min(longest, FirstPause << Math.Min(doublings, 10));
}
