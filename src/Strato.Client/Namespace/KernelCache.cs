namespace Strato.Client.Namespace;

/// <summary>
/// How long the kernel keeps what it is told. Where it can be told of a new revision, or none can come, that is a day; older kernels
/// find out when the time of the genuine client's CVMFS_KCACHE_TIMEOUT is over. Set when the kernel says what it can do.
/// </summary>
internal sealed class KernelCache
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    /// <summary>Absences are remembered in this process only: a successor of a crashed one cannot have them looked up again.</summary>
    private static readonly TimeSpan LongAbsence = TimeSpan.FromMinutes(5);

    private readonly TimeSpan shortest;
    private readonly bool isPinned;
    private bool canExpire;

    /// <summary>Begins with the short time.</summary>
    /// <param name="shortest">CVMFS_KCACHE_TIMEOUT.</param>
    /// <param name="isPinned">No other revision will ever be shown.</param>
    public KernelCache(TimeSpan shortest, bool isPinned)
    {
        this.shortest = shortest;
        this.isPinned = isPinned;
        Negotiate(canExpireNames: false);
    }

    /// <summary>Seconds for names that are there, and for attributes.</summary>
    public ulong EntryValidity { get; private set; }

    /// <summary>The absences that the kernel was told of.</summary>
    public AbsentNames Absences { get; } = new();

    /// <summary>Settles the times.</summary>
    /// <param name="canExpireNames">Single names can be expired (EXPIRE_ONLY).</param>
    public void Negotiate(bool canExpireNames)
    {
        canExpire = canExpireNames;
        EntryValidity = Seconds(isPinned || canExpireNames ? Long : shortest);
    }

    /// <summary>Seconds for a name that is not there; call it before the kernel is told.</summary>
    public ulong AbsenceValidity(ulong parent, ReadOnlySpan<byte> name)
    {
        bool isLong = isPinned || (canExpire && Absences.TryRemember(parent, name));
        return Seconds(!isLong ? shortest : isPinned ? Long : LongAbsence);
    }

    private static ulong Seconds(TimeSpan time) => (ulong)time.TotalSeconds;
}
