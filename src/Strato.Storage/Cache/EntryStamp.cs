using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// An entry's last use, kept as its file's modification time so that the directory itself is the index. Entries of volatile repositories
/// are stamped decades back: they go first, the longest unused of them at the head.
/// </summary>
internal static class EntryStamp
{
    private const long VolatileShift = 40L * 365 * 24 * 3600;

    /// <summary>2000-01-01: no honest clock is set before it.</summary>
    private const long EarliestOrdinary = 946_684_800;

    /// <summary>The stamp of a use at some time.</summary>
    public static Timestamp Make(DateTimeOffset now, bool isVolatile)
    {
        long seconds = now.ToUnixTimeSeconds();
        return new Timestamp(isVolatile ? seconds - VolatileShift : seconds, (uint)(now.Ticks % TimeSpan.TicksPerSecond * 100));
    }

    public static bool IsVolatile(Timestamp stamp) => stamp.Seconds < EarliestOrdinary;

    /// <summary>The seconds from the stamped use to a time.</summary>
    public static long AgeOf(Timestamp stamp, DateTimeOffset now) =>
        now.ToUnixTimeSeconds() - (IsVolatile(stamp) ? stamp.Seconds + VolatileShift : stamp.Seconds);

    /// <summary>True where the stamp is so old that a use should renew it.</summary>
    public static bool IsStale(Timestamp stamp, DateTimeOffset now, TimeSpan interval) => AgeOf(stamp, now) >= (long)interval.TotalSeconds;
}
