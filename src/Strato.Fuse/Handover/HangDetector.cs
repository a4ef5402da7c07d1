namespace Strato.Fuse.Handover;

/// <summary>
/// Tells a daemon that hangs: a request waits in the kernel, none is read, both for the whole time limit. A daemon that waits for a slow network goes
/// on reading requests. Looked at about once a second; allocates nothing.
/// </summary>
internal struct HangDetector
{
    private long since;
    private long lastProgress;
    private bool isStanding;

    /// <summary>Begins anew, for another daemon.</summary>
    public void Reset() => isStanding = false;

    /// <summary>One look; true where the daemon hangs.</summary>
    /// <param name="now">Milliseconds of a clock that only goes forward.</param>
    /// <param name="isWaiting">A request waits to be read.</param>
    /// <param name="progress">Changes whenever a request is read.</param>
    /// <param name="limit">Milliseconds; 0 where nothing counts as hanging.</param>
    public bool Look(long now, bool isWaiting, long progress, long limit)
    {
        if (!isWaiting || limit == 0 || !isStanding || progress != lastProgress)
        {
            isStanding = isWaiting;
            lastProgress = progress;
            since = now;
            return false;
        }

        return now - since >= limit;
    }
}
