namespace Strato.Core.Configuration;

/// <summary>
/// How a client uses one repository: the <c>CVMFS_*</c> parameters that concern it, resolved, typed and checked. Immutable; a change is
/// a new record that replaces the whole.
/// </summary>
public sealed record RepositoryConfiguration
{
    /// <summary>The fully qualified name.</summary>
    public required string Name { get; init; }

    /// <summary>Every parameter with its place, for people who want to know why.</summary>
    public ParameterSet Parameters { get; init; } = new([]);

    /// <summary>One line for each thing in the parameter files that was passed over.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>CVMFS_SERVER_URL: base URLs of servers, the preferred one first.</summary>
    public IReadOnlyList<string> ServerUrls { get; init; } = [];

    /// <summary>CVMFS_HTTP_PROXY: proxies (<c>|</c> shares load, <c>;</c> separates groups, <c>DIRECT</c> is none); null where not set.</summary>
    public string? HttpProxy { get; init; }

    /// <summary>CVMFS_FALLBACK_PROXY: proxies for when all others fail.</summary>
    public string? FallbackProxy { get; init; }

    /// <summary>CVMFS_PUBLIC_KEY, or the <c>*.pub</c> in CVMFS_KEYS_DIR: files with master keys, any of which may sign the whitelist.</summary>
    public IReadOnlyList<string> PublicKeyFiles { get; init; } = [];

    /// <summary>CVMFS_BLACKLIST and the configuration repository's: files with revoked certificates; they need not exist.</summary>
    public IReadOnlyList<string> BlacklistFiles { get; init; } = [];

    /// <summary>CVMFS_TIMEOUT: how long to wait for a proxy.</summary>
    public TimeSpan Timeout { get; init; } = ConfigurationDefaults.Timeout;

    /// <summary>CVMFS_TIMEOUT_DIRECT: how long to wait for a server without a proxy.</summary>
    public TimeSpan TimeoutDirect { get; init; } = ConfigurationDefaults.Timeout;

    /// <summary>CVMFS_MAX_RETRIES: further attempts at one place before the next one.</summary>
    public int Retries { get; init; } = ConfigurationDefaults.Retries;

    /// <summary>CVMFS_BACKOFF_INIT: the pause before the first retry, which then doubles.</summary>
    public TimeSpan FirstBackoff { get; init; } = ConfigurationDefaults.FirstBackoff;

    /// <summary>CVMFS_BACKOFF_MAX: the longest pause before a retry.</summary>
    public TimeSpan LongestBackoff { get; init; } = ConfigurationDefaults.LongestBackoff;

    /// <summary>CVMFS_LOW_SPEED_LIMIT: bytes a second below which a transfer counts as timed out.</summary>
    public int LowSpeedLimit { get; init; } = ConfigurationDefaults.LowSpeedLimit;

    /// <summary>CVMFS_PROXY_RESET_AFTER: when to go back to the first proxy group; null for never.</summary>
    public TimeSpan? ProxyResetAfter { get; init; }

    /// <summary>CVMFS_HOST_RESET_AFTER: when to go back to the first server; null for never.</summary>
    public TimeSpan? HostResetAfter { get; init; }

    /// <summary>CVMFS_FOLLOW_REDIRECTS</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>CVMFS_SEND_INFO_HEADER: whether requests tell the path that an object is for.</summary>
    public bool SendInfoHeader { get; init; }

    /// <summary>CVMFS_USE_GEOAPI: whether servers are sorted by distance.</summary>
    public bool UseGeoApi { get; init; }

    /// <summary>CVMFS_MAX_SERVERS: how many servers to use at most; null for all.</summary>
    public int? MaxServers { get; init; }

    /// <summary>CVMFS_EXTERNAL_URL: base URLs for external files.</summary>
    public IReadOnlyList<string> ExternalUrls { get; init; } = [];

    /// <summary>CVMFS_EXTERNAL_HTTP_PROXY; <c>DIRECT</c> where not set.</summary>
    public string ExternalHttpProxy { get; init; } = "DIRECT";

    /// <summary>CVMFS_EXTERNAL_FALLBACK_PROXY</summary>
    public string? ExternalFallbackProxy { get; init; }

    /// <summary>CVMFS_EXTERNAL_TIMEOUT; <see cref="Timeout"/> where not set.</summary>
    public TimeSpan ExternalTimeout { get; init; } = ConfigurationDefaults.Timeout;

    /// <summary>CVMFS_EXTERNAL_TIMEOUT_DIRECT; <see cref="TimeoutDirect"/> where not set.</summary>
    public TimeSpan ExternalTimeoutDirect { get; init; } = ConfigurationDefaults.Timeout;

    /// <summary>CVMFS_EXTERNAL_MAX_SERVERS; null for all.</summary>
    public int? ExternalMaxServers { get; init; }

    /// <summary>
    /// The cache's folder: CVMFS_CACHE_DIR, or in CVMFS_CACHE_BASE the folder <c>shared</c> (CVMFS_SHARED_CACHE) or the one named after
    /// the repository.
    /// </summary>
    public string CacheFolder { get; init; } = ConfigurationDefaults.CacheBase;

    /// <summary>CVMFS_SHARED_CACHE: whether repositories share the cache's folder and quota.</summary>
    public bool IsCacheShared { get; init; }

    /// <summary>CVMFS_QUOTA_LIMIT in bytes; null for no limit.</summary>
    public long? QuotaLimit { get; init; } = ConfigurationDefaults.QuotaMegabytes << 20;

    /// <summary>STRATO_CACHE_LOW_MARK: to which share of the quota a full cache is emptied; the parameter is in percent.</summary>
    public double CacheLowMark { get; init; } = ConfigurationDefaults.CacheLowMark;

    /// <summary>STRATO_CACHE_SCRUB_RATE: bytes of the cache that are checked a second in the background; the parameter is in KiB, 0 for none.</summary>
    public long ScrubRate { get; init; } = ConfigurationDefaults.ScrubRate;

    /// <summary>STRATO_CACHE_SCRUB_DAYS: how long after the cache has been checked it is checked again.</summary>
    public TimeSpan ScrubEvery { get; init; } = ConfigurationDefaults.ScrubEvery;

    /// <summary>CVMFS_MEMCACHE_SIZE in bytes.</summary>
    public long MemoryCacheSize { get; init; } = (long)ConfigurationDefaults.MemoryCacheMegabytes << 20;

    /// <summary>CVMFS_NFILES: how many files may be open at once.</summary>
    public int OpenFiles { get; init; } = ConfigurationDefaults.OpenFiles;

    /// <summary>CVMFS_ROOT_HASH: the root catalog to use for ever, as text; null for the current one.</summary>
    public string? RootHash { get; init; }

    /// <summary>CVMFS_REPOSITORY_TAG: the tag to use for ever; null for the current revision.</summary>
    public string? RepositoryTag { get; init; }

    /// <summary>CVMFS_REPOSITORY_DATE: the state at that time to use for ever (<c>YYYY-MM-DDTHH:MM:SSZ</c>); a tag counts more.</summary>
    public DateTimeOffset? RepositoryDate { get; init; }

    /// <summary>STRATO_TOKEN_FILE: a file with the bearer token that the repository's servers are sent; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>STRATO_REPOSITORY_REVISION: the revision to use for ever; a tag counts more.</summary>
    public ulong? RepositoryRevision { get; init; }

    /// <summary>STRATO_REPOSITORY_BRANCH: the branch whose newest revision is used; every other pin counts more.</summary>
    public string? RepositoryBranch { get; init; }

    /// <summary>CVMFS_AUTO_UPDATE: whether new revisions are picked up.</summary>
    public bool AutoUpdate { get; init; } = true;

    /// <summary>CVMFS_MAX_TTL: the longest time for which a root catalog is used without looking for a newer one; null for its own.</summary>
    public TimeSpan? MaxTtl { get; init; }

    /// <summary>CVMFS_KCACHE_TIMEOUT: how long the kernel may keep attributes and names.</summary>
    public TimeSpan KernelCacheTimeout { get; init; } = ConfigurationDefaults.KernelCacheTimeout;

    /// <summary>STRATO_KERNEL_PASSTHROUGH: whether the kernel reads whole files of the cache by itself where it can (root, Linux 6.9).</summary>
    public bool KernelPassthrough { get; init; } = true;

    /// <summary>STRATO_ASSEMBLE_FROM, in MB: the length in bytes from which files in chunks are put together in the cache for the kernel to read.</summary>
    public long AssembleFrom { get; init; } = ConfigurationDefaults.AssembleFrom;

    /// <summary>CVMFS_STATFS_CACHE_TIMEOUT: how long an answer to statfs is kept.</summary>
    public TimeSpan StatfsCacheTimeout { get; init; }

    /// <summary>CVMFS_CLAIM_OWNERSHIP: whether every entry is shown as owned by the account of the mount.</summary>
    public bool ClaimOwnership { get; init; }

    /// <summary>CVMFS_UID_MAP</summary>
    public OwnerMap UidMap { get; init; } = OwnerMap.None;

    /// <summary>CVMFS_GID_MAP</summary>
    public OwnerMap GidMap { get; init; } = OwnerMap.None;

    /// <summary>CVMFS_WORLD_READABLE: whether every entry is shown as readable by everybody.</summary>
    public bool WorldReadable { get; init; }

    /// <summary>CVMFS_CHECK_PERMISSIONS: whether the kernel checks modes and owners.</summary>
    public bool CheckPermissions { get; init; }

    /// <summary>CVMFS_ENFORCE_ACLS</summary>
    public bool EnforceAcls { get; init; }

    /// <summary>CVMFS_CACHE_SYMLINKS: whether the kernel may keep targets of symbolic links.</summary>
    public bool CacheSymlinks { get; init; }

    /// <summary>CVMFS_MAGIC_XATTRS_VISIBILITY, or CVMFS_HIDE_MAGIC_XATTRS.</summary>
    public MagicXattrVisibility MagicXattrVisibility { get; init; }

    /// <summary>CVMFS_XATTR_PROTECTED_XATTRS: magic attributes that only members of <see cref="PrivilegedGroups"/> may read.</summary>
    public IReadOnlyList<string> ProtectedXattrs { get; init; } = [];

    /// <summary>CVMFS_XATTR_PRIVILEGED_GIDS, to which group 0 belongs where attributes are protected.</summary>
    public IReadOnlyList<uint> PrivilegedGroups { get; init; } = [];
}
