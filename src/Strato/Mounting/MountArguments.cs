using Strato.Core;
using Strato.Core.Configuration;
using Strato.Publishing.Repositories;

namespace Strato.Mounting;

/// <summary>What the command line says about a mount; null where it says nothing.</summary>
internal sealed record MountArguments
{
    private const string Origin = "command line";

    /// <summary>The repository.</summary>
    public required string Repository { get; init; }

    /// <summary>The home, in which a repository that was made here has its key and storage.</summary>
    public required string Home { get; init; }

    /// <summary><c>--server</c></summary>
    public string? Server { get; init; }

    /// <summary><c>--key</c></summary>
    public string? Key { get; init; }

    /// <summary><c>--proxy</c></summary>
    public string? Proxy { get; init; }

    /// <summary><c>--cache</c></summary>
    public string? Cache { get; init; }

    /// <summary><c>--quota</c>, in megabytes.</summary>
    public long? Quota { get; init; }

    /// <summary><c>--tag</c></summary>
    public string? Tag { get; init; }

    /// <summary><c>--set NAME=VALUE</c></summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>
    /// The configuration: options count more than parameter files, and a repository that was made in this home needs neither.
    /// </summary>
    /// <exception cref="StratoException">A parameter is malformed, or it is not known where the repository is or whom to trust.</exception>
    public RepositoryConfiguration Resolve()
    {
        ConfigurationSources sources = ConfigurationSources.OfMachine() with { Overrides = [.. Overrides()] };
        RepositoryConfiguration configuration = new ConfigurationReader(sources).Read(Repository);
        RepositoryHome home = new(Home);
        RepositoryPlaces places = home.Places(configuration.Name);
        if (Key is not null)
        {
            configuration = configuration with { PublicKeyFiles = [Path.GetFullPath(Key)] };
        }
        else if (File.Exists(places.PublicKey))
        {
            configuration = configuration with { PublicKeyFiles = [places.PublicKey] };
        }

        if (Server is null && home.Contains(configuration.Name) && home.Load(configuration.Name).Storage is ['/', ..] storage)
        {
            configuration = configuration with { ServerUrls = [new Uri(storage).AbsoluteUri] };
        }

        if (configuration.ServerUrls.Count == 0)
        {
            throw new StratoException(
                $"cannot mount {configuration.Name}: no server is known; give --server URL, set CVMFS_SERVER_URL, or make the repository here with strato mkfs");
        }

        return configuration with
        {
            CacheFolder = Cache is not null ? Path.GetFullPath(Cache) : DefaultCache(configuration),
            QuotaLimit = Quota is { } megabytes ? megabytes << 20 : configuration.QuotaLimit,
        };
    }

    /// <summary>
    /// A place that a site chose for caches holds the genuine client's as well, which has another layout; its own default place belongs to it.
    /// </summary>
    private string DefaultCache(RepositoryConfiguration configuration)
    {
        string? chosen = configuration.Parameters.Text("CVMFS_CACHE_DIR") ?? configuration.Parameters.Text("CVMFS_CACHE_BASE");
        return chosen is null or ConfigurationDefaults.CacheBase ? Path.Combine(Home, "cache") : Path.Combine(chosen, "strato");
    }

    private IEnumerable<Parameter> Overrides()
    {
        foreach (string setting in Settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? new Parameter(setting[..equals], setting[(equals + 1)..], Origin)
                : throw new StratoException($"cannot take --set {setting}: write NAME=VALUE");
        }

        foreach ((string name, string? value) in new[] { ("CVMFS_SERVER_URL", Server), ("CVMFS_HTTP_PROXY", Proxy), ("CVMFS_REPOSITORY_TAG", Tag) })
        {
            if (value is not null)
            {
                yield return new Parameter(name, value, Origin);
            }
        }
    }
}
