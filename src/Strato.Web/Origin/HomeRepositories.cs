using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Strato.Core;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;
using Strato.Storage.Http;
using Strato.Storage.Objects;

namespace Strato.Web.Origin;

/// <summary>
/// The repositories of a home as they are now: one that is made while the server runs is served at once, one whose settings change
/// is opened anew. Dispose it after the server that asks it.
/// </summary>
public sealed class HomeRepositories : IServedRepositories, IAsyncDisposable
{
    private readonly RepositoryHome home;
    private readonly ConcurrentDictionary<string, Opened> opened = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<IObjectSource> stores = [];
    private readonly Lock gate = new();

    public HomeRepositories(RepositoryHome home) => this.home = home;

    /// <inheritdoc/>
    /// <exception cref="Core.StratoException">The repository is there, but its settings or its storage cannot be read.</exception>
    public bool TryFind(string name, [NotNullWhen(true)] out ServedRepository? repository)
    {
        repository = null;
        if (!RepositoryName.IsValidNew(name))
        {
            return false;
        }

        // One stat for each request, so that no watcher and no expiry is needed.
        FileInfo settings = new(home.Places(name).Settings);
        if (!settings.Exists)
        {
            return false;
        }

        DateTime changed = settings.LastWriteTimeUtc;
        repository = opened.TryGetValue(name, out Opened known) && known.SettingsChanged == changed ? known.Repository : Open(name, changed);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ServedRepository> List()
    {
        List<ServedRepository> all = [];
        foreach (string name in home.List())
        {
            if (TryFind(name, out ServedRepository? repository))
            {
                all.Add(repository);
            }
        }

        return all;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IObjectSource store in stores)
        {
            await store.DisposeAsync();
        }
    }

    private ServedRepository Open(string name, DateTime settingsChanged)
    {
        lock (gate)
        {
            RepositorySettings settings = home.Load(name);
            ReplicaSettings? passedThrough = settings.IsReplica && Replicas.Load(home, name) is { IsPassThrough: true } replica ? replica : null;
            string place = passedThrough is null ? settings.Storage : string.Join(';', passedThrough.Sources);
            if (!opened.TryGetValue(name, out Opened known) || known.Place != place)
            {
                // Requests may still be reading from the store that this one replaces: it stays open until the server stops.
                IObjectSource store = passedThrough is null ? RepositoryStores.Default.Open(settings) : OpenSource(passedThrough);
                stores.Add(store);
                ServedRepository repository = new(name, store, settings.IsReplica) { IsPassThrough = passedThrough is not null };
                known = new Opened(repository, place, settingsChanged);
            }

            opened[name] = known with { SettingsChanged = settingsChanged };
            return known.Repository;
        }
    }

    // What comes is verified before it is handed on, so that a source that fails or lies costs its clients another server, not their time.
    private static HttpObjectSource OpenSource(ReplicaSettings settings) => new(new HttpSource(new HttpSourceOptions
    {
        Servers = settings.Sources,
        Proxies = ProxySpec.Parse(settings.Proxy),
        Timeout = settings.Timeout,
        TimeoutDirect = settings.Timeout,
        Retries = 0,
    }));

    private readonly record struct Opened(ServedRepository Repository, string Place, DateTime SettingsChanged);
}
