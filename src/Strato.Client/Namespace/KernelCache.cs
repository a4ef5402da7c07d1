namespace Strato.Client.Namespace;

/// <summary>
/// How long the kernel keeps what it is told. Where it can be told of a new revision, or none can come, that is a day; older kernels
/// find out when the time of the genuine client's CVMFS_KCACHE_TIMEOUT is over. Set when the kernel says what it can do.
/// </summary>
internal sealed class KernelCache
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private readonly TimeSpan shortest;
    private readonly bool isPinned;

    /// <summary>Begins with the short time.</summary>
    /// <param name="shortest">CVMFS_KCACHE_TIMEOUT.</param>
    /// <param name="isPinned">No other revision will ever be shown.</param>
    public KernelCache(TimeSpan shortest, bool isPinned)
    {
        this.shortest = shortest;
        this.isPinned = isPinned;
        Validity = Of(shortest, shortest);
        Negotiate(canExpireAll: false, canExpireNames: false);
    }

    /// <summary>What replies say now.</summary>
    public Validity Validity { get; private set; }

    /// <summary>Settles the times.</summary>
    /// <param name="canExpireAll">All names can be expired at once (INC_EPOCH), absent ones too.</param>
    /// <param name="canExpireNames">Single names can be expired (EXPIRE_ONLY). Absent ones cannot, because nobody counts them.</param>
    public void Negotiate(bool canExpireAll, bool canExpireNames)
    {
        TimeSpan entries = isPinned || canExpireAll || canExpireNames ? Long : shortest;
        TimeSpan absences = isPinned || canExpireAll ? Long : shortest;
        Validity = Of(entries, absences);
    }

    private static Validity Of(TimeSpan entries, TimeSpan absences) => new((ulong)entries.TotalSeconds, (ulong)absences.TotalSeconds);
}
