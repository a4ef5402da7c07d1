using Strato.Core.Configuration;

namespace Strato.Storage.Cache;

/// <summary>How a node cache is kept.</summary>
public sealed record CacheOptions
{
    /// <summary>The directory; made where it is missing, with access for its owner only.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// The most bytes that entries take, rounded up to blocks; <see cref="Unlimited"/> for as many as the disk holds. CVMFS_QUOTA_LIMIT,
    /// in bytes.
    /// </summary>
    public long Quota { get; init; } = Unlimited;

    /// <summary>To which share of the quota the cache is emptied once it is full; a half, as in the genuine client.</summary>
    public double LowWatermark { get; init; } = ConfigurationDefaults.CacheLowMark;

    /// <summary>How old an entry's stamp grows before an open renews it: what an hour's reads cost is one system call per entry.</summary>
    public TimeSpan StampInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many bytes a second are read against their digests in the background; 0 for none.
    /// </summary>
    public long ScrubRate { get; init; } = ConfigurationDefaults.ScrubRate;

    /// <summary>How long after one scrub has ended the next begins.</summary>
    public TimeSpan ScrubEvery { get; init; } = ConfigurationDefaults.ScrubEvery;

    /// <summary>How long after the opening the first look is taken whether a scrub is due.</summary>
    public TimeSpan ScrubDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Told one line when the cache keeps nothing more and when it does again, when it was removed under its users, and when a scrub found
    /// damage. Called on any thread.
    /// </summary>
    public Action<string> Notice { get; init; } = static _ => { };

    /// <summary>
    /// Called after entries were evicted by this opening: space comes back once whoever keeps removed files open without need closes
    /// them. On any thread; it must not call the cache.
    /// </summary>
    public Action Evicted { get; init; } = static () => { };

    /// <summary>
    /// How long after an eviction that could not make room no other is tried for new entries: each walks the whole directory. Meanwhile
    /// what finds no room is served without being kept.
    /// </summary>
    public TimeSpan EvictionPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to wait for a lock of another process, which may be stopped; an eviction of 300,000 entries takes some seconds. Afterwards
    /// objects are served without being kept.
    /// </summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock for stamps and scrubs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>No quota.</summary>
    public const long Unlimited = -1;
}
