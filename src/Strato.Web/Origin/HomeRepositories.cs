using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Strato.Core;
using Strato.Publishing.Repositories;
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
    private readonly ConcurrentBag<IObjectStore> stores = [];
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
        foreach (IObjectStore store in stores)
        {
            await store.DisposeAsync();
        }
    }

    private ServedRepository Open(string name, DateTime settingsChanged)
    {
        lock (gate)
        {
            RepositorySettings settings = home.Load(name);
            if (!opened.TryGetValue(name, out Opened known) || known.Storage != settings.Storage)
            {
                // Requests may still be reading from the store that this one replaces: it stays open until the server stops.
                IObjectStore store = RepositoryStores.Default.Open(settings);
                stores.Add(store);
                known = new Opened(new ServedRepository(name, store), settings.Storage, settingsChanged);
            }

            opened[name] = known with { SettingsChanged = settingsChanged };
            return known.Repository;
        }
    }

    private readonly record struct Opened(ServedRepository Repository, string Storage, DateTime SettingsChanged);
}
