namespace Strato.Core.Configuration;

/// <summary>Every default of a client's configuration. They are the genuine client's where a parameter is its.</summary>
public static class ConfigurationDefaults
{
    /// <summary>Where sites keep parameter files.</summary>
    public const string Folder = "/etc/cvmfs";

    /// <summary>CVMFS_MOUNT_DIR</summary>
    public const string MountFolder = "/cvmfs";

    /// <summary>CVMFS_CACHE_BASE</summary>
    public const string CacheBase = "/var/lib/cvmfs";

    /// <summary>CVMFS_QUOTA_LIMIT, in MiB.</summary>
    public const long QuotaMegabytes = 1024;

    /// <summary>STRATO_CACHE_LOW_MARK as a share; the genuine client's.</summary>
    public const double CacheLowMark = 0.5;

    /// <summary>STRATO_CACHE_SCRUB_RATE in bytes a second; 1 % of a slow disk.</summary>
    public const long ScrubRate = 1 << 20;

    /// <summary>STRATO_CACHE_SCRUB_DAYS</summary>
    public static readonly TimeSpan ScrubEvery = TimeSpan.FromDays(7);

    /// <summary>CVMFS_NFILES</summary>
    public const int OpenFiles = 8192;

    /// <summary>CVMFS_MEMCACHE_SIZE, in MiB.</summary>
    public const int MemoryCacheMegabytes = 16;

    /// <summary>CVMFS_MAX_RETRIES</summary>
    public const int Retries = 1;

    /// <summary>CVMFS_LOW_SPEED_LIMIT, in bytes a second.</summary>
    public const int LowSpeedLimit = 1024;

    /// <summary>CVMFS_TIMEOUT and CVMFS_TIMEOUT_DIRECT</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>CVMFS_BACKOFF_INIT</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(2);

    /// <summary>CVMFS_BACKOFF_MAX</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);

    /// <summary>CVMFS_KCACHE_TIMEOUT</summary>
    /// <summary>Two chunks of the default size: below, nothing is won.</summary>
    public const long AssembleFrom = 16L << 20;

    public static readonly TimeSpan KernelCacheTimeout = TimeSpan.FromSeconds(60);
}
