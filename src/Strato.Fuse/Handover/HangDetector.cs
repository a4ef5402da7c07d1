namespace Strato.Fuse.Handover;

/// <summary>
/// Tells a daemon that hangs: a request waits in the kernel, none is read, both for the whole time limit. A daemon that waits for a slow network goes
/// on reading requests. A process that is stopped may have taken requests with it, which wait nowhere: threads that are on their way to being stopped still
/// read what comes meanwhile. So it is told, too, when the process has shown no sign of life for that time. Looked at about once a second; allocates nothing.
/// </summary>
internal struct HangDetector
{
    private long since;
    private long lastProgress;
    private bool isStanding;
    private long aliveAt;
    private long lastSign;
    private bool isSilent;

    /// <summary>Begins anew, for another daemon.</summary>
    public void Reset()
    {
        isStanding = false;
        lastSign = 0;
    }

    /// <summary>One look; true once for each time that the daemon falls silent.</summary>
    /// <param name="now">As of <see cref="Look"/>.</param>
    /// <param name="sign">Changes as long as the process runs; 0 where it gives no signs.</param>
    /// <param name="limit">As of <see cref="Look"/>.</param>
    public bool HasFallenSilent(long now, long sign, long limit)
    {
        if (sign != lastSign || sign == 0 || limit == 0)
        {
            lastSign = sign;
            aliveAt = now;
            isSilent = false;
            return false;
        }

        bool wasSilent = isSilent;
        isSilent = now - aliveAt >= limit;
        return isSilent && !wasSilent;
    }

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
