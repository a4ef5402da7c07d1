using Strato.Client.Mounting;
using Strato.Client.Namespace;
using Strato.Client.Reading;
using Strato.Client.Revisions;
using Strato.Core;
using Strato.Core.Configuration;
using Strato.Core.Signing;
using Strato.Posix;
using Strato.Storage.Fetching;
using Strato.Storage.Http;

namespace Strato.Client.Attachments;

/// <summary>
/// A repository that has been attached: its servers, its fetcher, the attachment, and the watcher that moves it on. Everything
/// has been verified up to a master key before there is one.
/// </summary>
internal sealed class RepositorySession : IAttachedRepository
{
    /// <summary>
    /// Objects that are fetched at once because somebody waits. A transfer that gets stuck holds its place until it has timed out, so
    /// there are many more than a good server needs; each takes some 100 KB while it runs.
    /// </summary>
    private const int MaxTransfers = 256;

    /// <summary>Longer than it takes to wake up those who wait for one name, shorter than anybody notices.</summary>
    private static readonly TimeSpan FailureMemory = TimeSpan.FromMilliseconds(250);

    private readonly HttpSource objects;
    private readonly HttpSource? external;
    private readonly ObjectFetcher fetcher;
    private readonly RepositorySource roots;
    private readonly IReadOnlyList<MasterPublicKey> keys;
    private Whitelist? trusted;

    private RepositorySession(
        HttpSource objects, HttpSource? external, ObjectFetcher fetcher, RepositorySource roots, IReadOnlyList<MasterPublicKey> keys)
    {
        this.objects = objects;
        this.external = external;
        this.fetcher = fetcher;
        this.roots = roots;
        this.keys = keys;
    }

    public Attachment Attachment { get; private set; } = null!;

    /// <summary>Looks for newer revisions; null where the attachment is pinned or does not move (CVMFS_AUTO_UPDATE).</summary>
    public RevisionWatcher? Watcher { get; private set; }

    /// <summary>Attaches a repository. Throws <see cref="StratoException"/> where it cannot be had or trusted.</summary>
    /// <param name="place">What it becomes part of, with its identity.</param>
    /// <param name="number">Gives the attachment its number, once it is certain that there is one.</param>
    /// <param name="configuration">Which repository, from where, whom to trust, how to show it.</param>
    /// <param name="surroundings">What the mount's attachments share.</param>
    /// <param name="acceptsOlder">Whether a revision is taken that is older than one already seen.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<RepositorySession> OpenAsync(
        AttachmentPlace place,
        Func<ushort> number,
        RepositoryConfiguration configuration,
        SessionSurroundings surroundings,
        bool acceptsOlder,
        CancellationToken cancellation)
    {
        RevisionPin pin = RevisionPin.Of(configuration);
        IReadOnlyList<MasterPublicKey> masterKeys = LoadKeys(configuration);
        ServerNotices notices = new(configuration.Name, surroundings.Log);
        AccessToken? token = configuration.TokenFile is { } file ? AccessToken.Read(file) : null;
        RepositoryConfiguration sorted = await SortServersAsync(configuration, token, notices, surroundings, place.Saved is not null, cancellation);
        HttpSource servers = new(HttpSourceOptions.ForObjects(sorted) with { Token = token, Notice = notices.Tell });
        HttpSource? externalServers = HttpSourceOptions.ForExternalFiles(sorted) is { } options ? new HttpSource(options with { Notice = notices.Tell }) : null;
        RepositorySourceOptions trust = new()
        {
            RepositoryName = configuration.Name,
            MasterKeys = masterKeys,
            Credential = token?.Digest ?? "",
            ReadBlacklist = () => LoadBlacklist(configuration),
            Time = surroundings.Clock,
        };
        RepositorySession session = new(
            servers,
            externalServers,
            new ObjectFetcher(surroundings.Cache, servers, externalServers, new ObjectFetcherOptions { Parallelism = MaxTransfers, FailureMemory = FailureMemory }),
            new RepositorySource(trust, servers, surroundings.Cache),
            masterKeys);
        try
        {
            await session.AttachAsync(place, number, configuration, pin, surroundings, acceptsOlder, cancellation);
            notices.Begin();
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Watcher is not null)
        {
            await Watcher.DisposeAsync();
        }

        Attachment?.Current.Catalogs.Retire();
        Attachment?.Earlier.Retire();
        await fetcher.DisposeAsync();
        roots.Dispose();
        objects.Dispose();
        external?.Dispose();
        foreach (MasterPublicKey key in keys)
        {
            key.Dispose();
        }
    }

    // Whoever goes on with what is open already must not wait for servers: their order is the one from before.
    private static async Task<RepositoryConfiguration> SortServersAsync(
        RepositoryConfiguration configuration, AccessToken? token, ServerNotices notices, SessionSurroundings surroundings, bool isOpenAlready, CancellationToken cancellation)
    {
        if (!configuration.UseGeoApi)
        {
            return configuration;
        }

        HttpSourceOptions asked = HttpSourceOptions.ForObjects(configuration with { MaxServers = null }) with { Token = token, Time = surroundings.Clock, Notice = notices.Tell };
        ServerOrder order = new(asked, configuration.Name, token?.Digest ?? "", surroundings.Cache);
        return configuration with
        {
            ServerUrls = await order.SortAsync("servers", configuration.ServerUrls, onlyKept: isOpenAlready, cancellation),
            ExternalUrls = await order.SortAsync("external-servers", configuration.ExternalUrls, onlyKept: isOpenAlready, cancellation),
        };
    }

    private static List<MasterPublicKey> LoadKeys(RepositoryConfiguration configuration)
    {
        if (configuration.PublicKeyFiles.Count == 0)
        {
            throw new StratoException($"no public key for {configuration.Name} is configured: give --key FILE, or set CVMFS_PUBLIC_KEY or CVMFS_KEYS_DIR");
        }

        return [.. configuration.PublicKeyFiles.SelectMany(MasterPublicKey.Load)];
    }

    private static Blacklist LoadBlacklist(RepositoryConfiguration configuration)
    {
        try
        {
            return Blacklist.Parse([.. configuration.BlacklistFiles.Where(File.Exists).Select(File.ReadAllBytes)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot read a blacklist for {configuration.Name}: {error.Message}", error);
        }
    }

    private async Task AttachAsync(
        AttachmentPlace place,
        Func<ushort> number,
        RepositoryConfiguration configuration,
        RevisionPin pin,
        SessionSurroundings surroundings,
        bool acceptsOlder,
        CancellationToken cancellation)
    {
        CachedContentSource source = new(fetcher, surroundings.Counters);
        RevisionLoader loader = new(configuration.Name, source, surroundings.OpenCatalogs, surroundings.Epochs);
        (Revision first, TimeSpan ttl) = place.Saved is { } saved
            ? (await loader.LoadAsync(saved, cancellation), TimeSpan.Zero)
            : await OpenNewestAsync(configuration, pin, loader, surroundings.Log, acceptsOlder, cancellation);
        RepositoryFacts facts = new()
        {
            Configuration = configuration,
            Tag = pin.Tag ?? "",
            PublicKeys = [.. keys.Select(key => key.Pem)],
            ReadServers = () => ViewOf(objects, configuration.Timeout, configuration.TimeoutDirect),
            ReadExternalServers = () => ViewOf(external, configuration.ExternalTimeout, configuration.ExternalTimeoutDirect),
            Source = objects,
            ExternalSource = external,
        };
        ushort own = number();
        RowDescriber describer = new(own, OwnershipOf(configuration), new SymlinkVariables(VariablesOf(configuration)));
        Attachment = new Attachment(own, place.Identity, facts, source, describer, first);
        Attachment.Earlier.Restore(place.Saved?.Shown ?? []);
        if (trusted is not null)
        {
            Attachment.Trust(trusted);
        }

        if (!pin.IsFixed && configuration.AutoUpdate)
        {
            Watcher = new RevisionWatcher(Attachment, roots, loader, pin, configuration.MaxTtl, surroundings);
            Watcher.Start(ttl);
        }
    }

    private async Task<(Revision First, TimeSpan Ttl)> OpenNewestAsync(
        RepositoryConfiguration configuration, RevisionPin pin, RevisionLoader loader, ClientLog log, bool acceptsOlder, CancellationToken cancellation)
    {
        RepositoryRoot root = await roots.FetchAsync(acceptsOlder, cancellation);
        trusted = root.Trusted.Whitelist;
        if (root.Problem is not null)
        {
            log.ShownAsLastSeen(configuration.Name, root.Problem);
        }

        return (await loader.LoadAsync(root.Trusted.Manifest, pin, cancellation), root.Trusted.Manifest.Ttl);
    }

    private static ServerView ViewOf(HttpSource? source, TimeSpan timeout, TimeSpan timeoutDirect)
    {
        if (source is null)
        {
            return new ServerView([], [], timeout, timeoutDirect);
        }

        (IReadOnlyList<string> servers, IReadOnlyList<IReadOnlyList<Proxy>> proxies) = source.Places;
        int current = Math.Max(0, servers.ToList().IndexOf(source.CurrentServer));
        List<IReadOnlyList<string>> groups = [.. proxies.Select(group => (IReadOnlyList<string>)[.. group.Select(proxy => proxy.ToString())])];
        return new ServerView([.. servers.Skip(current), .. servers.Take(current)], groups, timeout, timeoutDirect) { CurrentProxy = source.CurrentProxy };
    }

    private static Ownership OwnershipOf(RepositoryConfiguration configuration) => new()
    {
        Claimed = configuration.ClaimOwnership ? (PosixProcess.EffectiveUserId, PosixProcess.EffectiveGroupId) : null,
        Users = configuration.UidMap,
        Groups = configuration.GidMap,
        IsWorldReadable = configuration.WorldReadable,
    };

    /// <summary>Parameters count more than the environment, as they do where the genuine client exports them.</summary>
    private static Dictionary<string, string> VariablesOf(RepositoryConfiguration configuration)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        foreach (Parameter parameter in configuration.Parameters)
        {
            variables[parameter.Name] = parameter.Value;
        }

        return variables;
    }
}
