using System.Globalization;

namespace Strato.Core.Configuration;

/// <summary>
/// Resolves configurations from parameter files and overrides. Failures are <see cref="StratoException"/> that name the parameter and
/// the file. Safe to use from several threads.
/// </summary>
public sealed class ConfigurationReader(ConfigurationSources sources)
{
    /// <summary>The configuration of one repository.</summary>
    /// <param name="name">Its name; CVMFS_DEFAULT_DOMAIN completes one without a dot.</param>
    public RepositoryConfiguration Read(string name)
    {
        string qualified = RepositoryName.Qualify(name, ReadCommon().Text("CVMFS_DEFAULT_DOMAIN"));
        if (!RepositoryName.IsValid(qualified))
        {
            throw new StratoException($"{Shell.ShellText.Show(qualified)} is no repository's name: it may have letters, digits, dots, hyphens and underscores");
        }

        ParameterSet parameters = ParameterFiles.Read(sources, qualified, out IReadOnlyList<string> notes);
        return From(qualified, parameters) with { Notes = notes };
    }

    /// <summary>What counts for a mount of all repositories as a whole; it has no name.</summary>
    public RepositoryConfiguration ReadShared() => From(string.Empty, ReadCommon());

    /// <summary>The parameters that are common to all repositories, such as CVMFS_REPOSITORIES and CVMFS_MOUNT_DIR.</summary>
    public ParameterSet ReadCommon() => ParameterFiles.Read(sources, string.Empty, out _);

    private RepositoryConfiguration From(string name, ParameterSet values)
    {
        RepositoryConfiguration initial = new() { Name = name };
        TimeSpan timeout = values.Seconds("CVMFS_TIMEOUT") ?? initial.Timeout;
        TimeSpan timeoutDirect = values.Seconds("CVMFS_TIMEOUT_DIRECT") ?? initial.TimeoutDirect;
        IReadOnlyList<string> protectedXattrs = values.List("CVMFS_XATTR_PROTECTED_XATTRS", ',');
        return initial with
        {
            Parameters = values,
            ServerUrls = values.List("CVMFS_SERVER_URL", ';'),
            HttpProxy = values.Text("CVMFS_HTTP_PROXY"),
            FallbackProxy = values.Text("CVMFS_FALLBACK_PROXY"),
            PublicKeyFiles = PublicKeys(values),
            BlacklistFiles = Blacklists(values),
            Timeout = timeout,
            TimeoutDirect = timeoutDirect,
            Retries = Integer(values, "CVMFS_MAX_RETRIES") ?? initial.Retries,
            FirstBackoff = values.Seconds("CVMFS_BACKOFF_INIT") ?? initial.FirstBackoff,
            LongestBackoff = values.Seconds("CVMFS_BACKOFF_MAX") ?? initial.LongestBackoff,
            LowSpeedLimit = Integer(values, "CVMFS_LOW_SPEED_LIMIT") ?? initial.LowSpeedLimit,
            ProxyResetAfter = Positive(values.Seconds("CVMFS_PROXY_RESET_AFTER")),
            HostResetAfter = Positive(values.Seconds("CVMFS_HOST_RESET_AFTER")),
            FollowRedirects = values.Switch("CVMFS_FOLLOW_REDIRECTS") ?? initial.FollowRedirects,
            SendInfoHeader = values.Switch("CVMFS_SEND_INFO_HEADER") ?? initial.SendInfoHeader,
            UseGeoApi = values.Switch("CVMFS_USE_GEOAPI") ?? initial.UseGeoApi,
            MaxServers = AtLeastOne(values, "CVMFS_MAX_SERVERS"),
            ExternalUrls = values.List("CVMFS_EXTERNAL_URL", ';'),
            ExternalHttpProxy = values.Text("CVMFS_EXTERNAL_HTTP_PROXY") ?? initial.ExternalHttpProxy,
            ExternalFallbackProxy = values.Text("CVMFS_EXTERNAL_FALLBACK_PROXY"),
            ExternalTimeout = values.Seconds("CVMFS_EXTERNAL_TIMEOUT") ?? timeout,
            ExternalTimeoutDirect = values.Seconds("CVMFS_EXTERNAL_TIMEOUT_DIRECT") ?? timeoutDirect,
            ExternalMaxServers = AtLeastOne(values, "CVMFS_EXTERNAL_MAX_SERVERS"),
            CacheFolder = CacheFolder(values, name),
            IsCacheShared = values.Switch("CVMFS_SHARED_CACHE") ?? initial.IsCacheShared,
            QuotaLimit = Quota(values, initial.QuotaLimit),
            CacheLowMark = values.Number("STRATO_CACHE_LOW_MARK", minimum: 0, maximum: 99) / 100.0 ?? initial.CacheLowMark,
            ScrubRate = values.Number("STRATO_CACHE_SCRUB_RATE", minimum: 0, maximum: 1 << 30) << 10 ?? initial.ScrubRate,
            ScrubEvery = values.Number("STRATO_CACHE_SCRUB_DAYS", minimum: 1, maximum: 3650) is { } days ? TimeSpan.FromDays(days) : initial.ScrubEvery,
            MemoryCacheSize = values.Number("CVMFS_MEMCACHE_SIZE") << 20 ?? initial.MemoryCacheSize,
            OpenFiles = Integer(values, "CVMFS_NFILES") ?? initial.OpenFiles,
            RootHash = values.Text("CVMFS_ROOT_HASH"),
            RepositoryTag = values.Text("CVMFS_REPOSITORY_TAG"),
            RepositoryDate = Date(values["CVMFS_REPOSITORY_DATE"]),
            TokenFile = values.Text("STRATO_TOKEN_FILE") is { } token ? Locate(token, values) : null,
            RepositoryRevision = (ulong?)values.Number("STRATO_REPOSITORY_REVISION", minimum: 1, maximum: long.MaxValue),
            RepositoryBranch = values.Text("STRATO_REPOSITORY_BRANCH"),
            AutoUpdate = values.Switch("CVMFS_AUTO_UPDATE") ?? initial.AutoUpdate,
            MaxTtl = Positive(values.Number("CVMFS_MAX_TTL") is { } minutes ? TimeSpan.FromMinutes(minutes) : null),
            KernelCacheTimeout = KernelCacheTimeout(values) ?? initial.KernelCacheTimeout,
            AssembleFrom = values.Number("STRATO_ASSEMBLE_FROM") << 20 ?? initial.AssembleFrom,
            KernelPassthrough = values.Switch("STRATO_KERNEL_PASSTHROUGH") ?? initial.KernelPassthrough,
            StatfsCacheTimeout = values.Seconds("CVMFS_STATFS_CACHE_TIMEOUT") ?? initial.StatfsCacheTimeout,
            ClaimOwnership = values.Switch("CVMFS_CLAIM_OWNERSHIP") ?? initial.ClaimOwnership,
            UidMap = values.Text("CVMFS_UID_MAP") is { } uids ? OwnerMap.Read(uids) : OwnerMap.None,
            GidMap = values.Text("CVMFS_GID_MAP") is { } gids ? OwnerMap.Read(gids) : OwnerMap.None,
            WorldReadable = values.Switch("CVMFS_WORLD_READABLE") ?? initial.WorldReadable,
            CheckPermissions = values.Switch("CVMFS_CHECK_PERMISSIONS") ?? initial.CheckPermissions,
            EnforceAcls = values.Switch("CVMFS_ENFORCE_ACLS") ?? initial.EnforceAcls,
            CacheSymlinks = values.Switch("CVMFS_CACHE_SYMLINKS") ?? initial.CacheSymlinks,
            MagicXattrVisibility = Visibility(values),
            ProtectedXattrs = protectedXattrs,
            PrivilegedGroups = Groups(values, protectedXattrs.Count > 0),
        };
    }

    private static int? Integer(ParameterSet values, string name) => (int?)values.Number(name);

    private static int? AtLeastOne(ParameterSet values, string name) => Integer(values, name) is > 0 and int number ? number : null;

    private static TimeSpan? Positive(TimeSpan? time) => time > TimeSpan.Zero ? time : null;

    private string CacheFolder(ParameterSet values, string name)
    {
        if (values["CVMFS_CACHE_DIR"] is { } folder)
        {
            // What a person asks for is no contradiction to what files say.
            bool isOverride = sources.Overrides.Any(parameter => parameter.Name == folder.Name);
            return values["CVMFS_CACHE_BASE"] is { } conflicting && !isOverride
                ? throw ParameterSet.Bad(folder, $"CVMFS_CACHE_BASE is set as well ({conflicting.Origin})")
                : folder.Value;
        }

        string cacheBase = values.Text("CVMFS_CACHE_BASE") ?? ConfigurationDefaults.CacheBase;
        return Path.Combine(cacheBase, values.Switch("CVMFS_SHARED_CACHE") == true ? "shared" : name);
    }

    private static long? Quota(ParameterSet values, long? initial) => values.Number("CVMFS_QUOTA_LIMIT", minimum: -1) switch
    {
        null => initial,
        <= 0 => null,
        long megabytes => megabytes << 20,
    };

    // A negative time means none.
    private static TimeSpan? KernelCacheTimeout(ParameterSet values) =>
        values.Number("CVMFS_KCACHE_TIMEOUT", minimum: int.MinValue) is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;

    private static DateTimeOffset? Date(Parameter? parameter)
    {
        if (parameter is null)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(
            parameter.Value, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? date
            : throw ParameterSet.Bad(parameter, "it must be a time such as 2026-01-31T12:00:00Z");
    }

    private static MagicXattrVisibility Visibility(ParameterSet values)
    {
        if (values["CVMFS_MAGIC_XATTRS_VISIBILITY"] is { } parameter)
        {
            return Enum.TryParse(parameter.Value, ignoreCase: true, out MagicXattrVisibility visibility) && Enum.IsDefined(visibility)
                && !char.IsAsciiDigit(parameter.Value[0])
                ? visibility
                : throw ParameterSet.Bad(parameter, "it must be rootonly, never or always");
        }

        return values.Text("CVMFS_HIDE_MAGIC_XATTRS")?.ToUpperInvariant() switch
        {
            "NO" or "OFF" or "0" or "FALSE" => MagicXattrVisibility.Always,
            _ => MagicXattrVisibility.Never,
        };
    }

    private static IReadOnlyList<uint> Groups(ParameterSet values, bool withRoot)
    {
        SortedSet<uint> groups = withRoot ? [0] : [];
        foreach (string text in values.List("CVMFS_XATTR_PRIVILEGED_GIDS", ','))
        {
            groups.Add(uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint group)
                ? group
                : throw ParameterSet.Bad(values["CVMFS_XATTR_PRIVILEGED_GIDS"]!, "it must be numbers of groups with commas between them"));
        }

        return [.. groups];
    }

    private IReadOnlyList<string> PublicKeys(ParameterSet values)
    {
        if (values.List("CVMFS_PUBLIC_KEY", ':') is { Count: > 0 } files)
        {
            return [.. files.Select(file => Locate(file, values))];
        }

        string folder = Locate(values.Text("CVMFS_KEYS_DIR") ?? Path.Combine(sources.Folder, "keys"), values);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.pub").Order(StringComparer.Ordinal)] : [];
    }

    private List<string> Blacklists(ParameterSet values)
    {
        List<string> files = [values.Text("CVMFS_BLACKLIST") ?? Path.Combine(sources.Folder, "blacklist")];
        if (values.Text("CVMFS_CONFIG_REPOSITORY") is { } config && RepositoryName.IsValid(config))
        {
            files.Add(Path.Combine(values.Text("CVMFS_MOUNT_DIR") ?? ConfigurationDefaults.MountFolder, config, "etc/cvmfs/blacklist"));
        }

        return [.. files.Select(file => Locate(file, values))];
    }

    private string Locate(string path, ParameterSet values) => sources.Paths.Locate(path, ParameterFiles.ConfigRepositoryFolder(name => values[name]));
}
