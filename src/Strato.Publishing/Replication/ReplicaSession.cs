using Strato.Core;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>A replica that is being changed: its lock is held, its storage and its source are open. One operation at a time uses it.</summary>
internal sealed class ReplicaSession : IDisposable
{
    private readonly PublisherLock held;

    private ReplicaSession(PublisherLock held, ReplicaSettings settings, IObjectStore store, OperationContext context)
    {
        this.held = held;
        Settings = settings;
        Store = store;
        Context = context;
        Folder = context.Home.Places(settings.Name).Folder;
        Source = new ReplicaSource(settings, context.Clock, context.Warn);
        Doubt = new DoubtMarker(Folder);
    }

    public ReplicaSettings Settings { get; }

    public IObjectStore Store { get; }

    public ReplicaSource Source { get; }

    public DoubtMarker Doubt { get; }

    public OperationContext Context { get; }

    public CancellationToken Cancellation => Context.Cancellation;

    /// <summary>Catalogs on their way into the store, and working copies. It stays where a snapshot is interrupted.</summary>
    public string Work => Path.Combine(Folder, "snapshot");

    private string Folder { get; }

    /// <summary>Takes the lock and opens everything.</summary>
    /// <exception cref="StratoException">Somebody else changes the replica, or a part of it cannot be opened.</exception>
    public static ReplicaSession Open(ReplicaSettings settings, OperationContext context)
    {
        PublisherLock taken = PublisherLock.Take(
            context.Home.Places(settings.Name),
            () => context.Warn("its garbage was being collected; the snapshot began when that was done"),
            context.Cancellation);
        IObjectStore? store = null;
        try
        {
            store = context.Stores.Open(context.Home.Load(settings.Name));
            return new ReplicaSession(taken, settings, store, context);
        }
        catch
        {
            if (store is not null)
            {
                Blocking.Wait(store.DisposeAsync());
            }

            taken.Dispose();
            throw;
        }
    }

    /// <summary>Removes what an interrupted snapshot may still use.</summary>
    public void EmptyWork()
    {
        if (Directory.Exists(Work))
        {
            Directory.Delete(Work, recursive: true);
        }
    }

    public void Dispose()
    {
        Source.Dispose();
        Blocking.Wait(Store.DisposeAsync());
        held.Dispose();
    }
}
