using Strato.Posix;

namespace Strato.Fuse.Handover;

/// <summary>Looks at a daemon from outside, about once a second, and tells when it hangs. Allocates nothing.</summary>
internal sealed class HangWatch
{
    private HangDetector detector;

    /// <summary>Begins anew, for another daemon.</summary>
    public void Reset() => detector.Reset();

    /// <summary>One look; true where the daemon hangs and somebody waits for it.</summary>
    /// <param name="device">The mount's device.</param>
    /// <param name="board">What the daemon writes down about itself.</param>
    /// <param name="limit">Milliseconds; 0 where nothing counts as hanging.</param>
    public bool Look(FileDescriptor device, FileDescriptor board, long limit)
    {
        long now = Environment.TickCount64;
        return detector.Look(now, IsAnyoneWaiting(device), HandoverBoard.ReadProgress(board), limit)
            || (detector.HasFallenSilent(now, HandoverBoard.ReadLife(board), limit) && HasTakenRequests(device));
    }

    /// <summary>Goes through what a look needs, with a descriptor that is no device, so that nothing has to be compiled when memory is short.</summary>
    public static void Rehearse(FileDescriptor other) => _ = HasTakenRequests(other);

    /// <summary>
    /// Whether a daemon that shows no sign of life has read requests that it will not answer: they wait again when the kernel sends them again. Should it come
    /// back to life, what it answers of them under their old numbers is passed over, and it answers them once more.
    /// </summary>
    private static bool HasTakenRequests(FileDescriptor device) => FuseNotifier.Resend(device) == Errno.None && IsAnyoneWaiting(device);

    private static bool IsAnyoneWaiting(FileDescriptor device)
    {
        Span<PollEntry> entry = [new PollEntry(device, PollEvents.Readable)];
        return Polling.Wait(entry, 0) == Errno.None && entry[0].Happened.HasFlag(PollEvents.Readable);
    }
}
