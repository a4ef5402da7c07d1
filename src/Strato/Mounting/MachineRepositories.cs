using Strato.Client.Attachments;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Publishing.Repositories;

namespace Strato.Mounting;

/// <summary>
/// How this machine uses repositories: options count more than parameter files, and a repository that was made in the home needs neither. Files are
/// read again at each question.
/// </summary>
internal sealed class MachineRepositories : IRepositoryConfigurations
{
    private static readonly string[] ConfigurationSuffixes = [".conf", ".local"];

    private readonly MountArguments arguments;
    private readonly ConfigurationSources sources;
    private readonly RepositoryHome home;

    public MachineRepositories(MountArguments arguments)
    {
        this.arguments = arguments;
        ConfigurationSources machine = ConfigurationSources.OfMachine();
        sources = machine with
        {
            Folder = arguments.ConfigFolder is { } folder ? Path.GetFullPath(folder) : machine.Folder,
            Overrides = arguments.Overrides,
            Paths = new ConfigurationPaths(arguments.OwnMount, null),
        };
        home = new RepositoryHome(arguments.Home);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(ConfigurationPaths paths)
    {
        ParameterSet common = ReadCommon(paths);
        string? domain = common.Text("CVMFS_DEFAULT_DOMAIN");
        IEnumerable<string> named = common.List("CVMFS_REPOSITORIES", ',').Select(name => RepositoryName.Qualify(name, domain));
        return [.. named.Concat(WithFiles()).Concat(home.List()).Distinct(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public string? FindConfigRepository(ConfigurationPaths paths) => ReadCommon(paths).Text("CVMFS_CONFIG_REPOSITORY");

    /// <inheritdoc/>
    public RepositoryConfiguration Find(AttachmentRequest request)
    {
        ConfigurationSources own = sources with { Paths = request.Paths, Overrides = [.. sources.Overrides, .. request.Settings.Select(MountArguments.ParseSetting)] };
        ConfigurationReader reader = new(own);
        RepositoryConfiguration configuration = WithKey(reader.Read(request.Repository));
        string name = configuration.Name;
        if (configuration.Parameters.Switch("CVMFS_STRICT_MOUNT") == true && !home.Contains(name) && !IsNamed(configuration))
        {
            throw new UnknownRepositoryException($"cannot mount {name}: CVMFS_STRICT_MOUNT is set, and CVMFS_REPOSITORIES does not name it");
        }

        if (arguments.Server is null && home.Contains(name) && home.Load(name).Storage is ['/', ..] storage)
        {
            configuration = configuration with { ServerUrls = [new Uri(storage).AbsoluteUri] };
        }

        if (configuration.ServerUrls.Count == 0)
        {
            throw new UnknownRepositoryException(
                $"cannot mount {name}: no server is known; give --server URL, set CVMFS_SERVER_URL, or make the repository here with strato mkfs");
        }

        if (configuration.PublicKeyFiles.Count == 0)
        {
            throw new UnknownRepositoryException($"cannot mount {name}: no public key is known; give --key FILE, or set CVMFS_PUBLIC_KEY or CVMFS_KEYS_DIR");
        }

        return WithCache(configuration);
    }

    /// <summary>What counts for a mount of all repositories as a whole.</summary>
    public RepositoryConfiguration FindShared() => WithCache(new ConfigurationReader(sources).ReadShared());

    /// <summary>How attachments come and go.</summary>
    public static AttachmentOptions OptionsOf(RepositoryConfiguration configuration)
    {
        AttachmentOptions initial = new();
        ParameterSet values = configuration.Parameters;
        return new AttachmentOptions
        {
            RetryAfter = values.Seconds("STRATO_ATTACH_RETRY_AFTER") ?? initial.RetryAfter,
            DetachAfter = values.Seconds("STRATO_DETACH_AFTER") switch
            {
                null => initial.DetachAfter,
                { } time when time == TimeSpan.Zero => null,
                { } time => time,
            },
        };
    }

    private ParameterSet ReadCommon(ConfigurationPaths paths) => new ConfigurationReader(sources with { Paths = paths }).ReadCommon();

    private static bool IsNamed(RepositoryConfiguration configuration)
    {
        string? domain = configuration.Parameters.Text("CVMFS_DEFAULT_DOMAIN");
        return configuration.Parameters.List("CVMFS_REPOSITORIES", ',').Any(name => RepositoryName.Qualify(name, domain) == configuration.Name);
    }

    private RepositoryConfiguration WithKey(RepositoryConfiguration configuration)
    {
        if (arguments.Key is { } key)
        {
            // In a folder of keys one that is named after the repository is the only one that may sign for it.
            string own = Path.Combine(Path.GetFullPath(key), configuration.Name + ".pub");
            return configuration with { PublicKeyFiles = [File.Exists(own) ? own : Path.GetFullPath(key)] };
        }

        string made = home.Places(configuration.Name).PublicKey;
        return File.Exists(made) ? configuration with { PublicKeyFiles = [made] } : configuration;
    }

    private RepositoryConfiguration WithCache(RepositoryConfiguration configuration) => configuration with
    {
        CacheFolder = arguments.Cache is { } cache ? Path.GetFullPath(cache) : DefaultCache(configuration),
        QuotaLimit = arguments.Quota is { } megabytes ? megabytes << 20 : configuration.QuotaLimit,
    };

    /// <summary>
    /// A place that a site chose for caches holds the genuine client's as well, which has another layout; its own default place belongs to it.
    /// </summary>
    private string DefaultCache(RepositoryConfiguration configuration)
    {
        string? chosen = configuration.Parameters.Text("CVMFS_CACHE_DIR") ?? configuration.Parameters.Text("CVMFS_CACHE_BASE");
        return chosen is null or ConfigurationDefaults.CacheBase ? Path.Combine(arguments.Home, "cache") : Path.Combine(chosen, "strato");
    }

    /// <summary>The repositories with files of their own in <c>config.d</c>.</summary>
    private IEnumerable<string> WithFiles()
    {
        string folder = Path.Combine(sources.Folder, "config.d");
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder).Where(file => ConfigurationSuffixes.Contains(Path.GetExtension(file))).Select(file => Path.GetFileNameWithoutExtension(file))
            : [];
    }
}
