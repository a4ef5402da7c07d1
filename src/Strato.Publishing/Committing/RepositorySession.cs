using Strato.Core;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Objects;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Committing;

/// <summary>
/// A repository that is being changed: its lock is held, its root is verified, and what an interrupted operation left is mended. One
/// operation at a time uses it.
/// </summary>
internal sealed class RepositorySession : IDisposable
{
    private readonly PublisherLock held;

    private RepositorySession(
        PublisherLock held, RepositoryPlaces places, RepositorySettings settings, IObjectStore store, RepositoryKeys keys, TimeProvider clock, CancellationToken cancellation)
    {
        this.held = held;
        Places = places;
        Settings = settings;
        Store = store;
        Keys = keys;
        Clock = clock;
        Cancellation = cancellation;
        Root = RepositoryRoot.Read(this);
    }

    public RepositoryPlaces Places { get; }

    public RepositorySettings Settings { get; }

    public IObjectStore Store { get; }

    public RepositoryKeys Keys { get; }

    public TimeProvider Clock { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>The manifest as it is now, and what it takes to replace it.</summary>
    public RepositoryRoot Root { get; set; }

    public Manifest Manifest => Root.Manifest;

    /// <summary>Reads objects of the repository.</summary>
    public ObjectReader Objects => new(Store, Cancellation);

    /// <summary>Seconds since 1970 by the session's clock.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Takes the lock, opens everything and mends what was interrupted.</summary>
    /// <exception cref="StratoException">Somebody else changes the repository, or a part of it is missing or not to be trusted.</exception>
    public static RepositorySession Open(RepositoryHome home, string name, TimeProvider clock, CancellationToken cancellation)
    {
        RepositorySettings settings = home.Load(name);
        return Open(PublisherLock.Take(home.Places(name)), home, settings, clock, cancellation);
    }

    /// <summary>The same where nobody else changes the repository; null otherwise.</summary>
    public static RepositorySession? TryOpen(RepositoryHome home, string name, TimeProvider clock, CancellationToken cancellation)
    {
        RepositorySettings settings = home.Load(name);
        return PublisherLock.TryTake(home.Places(name)) is { } taken ? Open(taken, home, settings, clock, cancellation) : null;
    }

    public void Dispose()
    {
        EmptyWork();
        Keys.Dispose();
        Blocking.Wait(Store.DisposeAsync());
        held.Dispose();
    }

    private static RepositorySession Open(
        PublisherLock taken, RepositoryHome home, RepositorySettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        IObjectStore? store = null;
        RepositoryKeys? keys = null;
        try
        {
            store = RepositoryStores.Open(settings);
            keys = new KeyFiles(settings.Keys ?? home.Directory, settings.Name).Load();
            RepositorySession session = new(taken, home.Places(settings.Name), settings, store, keys, clock, cancellation);
            session.EmptyWork();
            Directory.CreateDirectory(session.Places.Work);
            ReflogMending.Mend(session);
            return session;
        }
        catch
        {
            keys?.Dispose();
            if (store is not null)
            {
                Blocking.Wait(store.DisposeAsync());
            }

            taken.Dispose();
            throw;
        }
    }

    private void EmptyWork()
    {
        if (Directory.Exists(Places.Work))
        {
            Directory.Delete(Places.Work, recursive: true);
        }
    }
}
