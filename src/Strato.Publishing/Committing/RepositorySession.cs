using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.History;
using Strato.Core.Manifests;
using Strato.Core.Paths;
using Strato.Core.Signing;
using Strato.Publishing.Auditing;
using Strato.Publishing.Branches;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
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
    private RepositoryRoot root = null!;

    private RepositorySession(
        PublisherLock held, GenuineSpool? spool, RepositorySettings settings, IObjectStore store, RepositoryKeys keys, OperationContext context)
    {
        this.held = held;
        Spool = spool;
        Places = context.Home.Places(settings.Name);
        Settings = settings;
        Store = store;
        Keys = keys;
        KeyFiles = new KeyFiles(settings.Keys ?? context.Home.Directory, settings.Name);
        Clock = context.Clock;
        Cancellation = context.Cancellation;
        Audit = context.Audit;
        Root = RepositoryRoot.Read(this);
    }

    public RepositoryPlaces Places { get; }

    public RepositorySettings Settings { get; }

    public IObjectStore Store { get; }

    /// <summary>What the genuine server keeps of the repository; null for one that it does not know.</summary>
    public GenuineSpool? Spool { get; }

    public RepositoryKeys Keys { get; }

    /// <summary>Where they are.</summary>
    public KeyFiles KeyFiles { get; }

    public TimeProvider Clock { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>True where the session publishes the repository's transaction, so that this is not in its way.</summary>
    public bool SealsTransaction { get; set; }

    /// <summary>The manifest as it is now, and what it takes to replace it.</summary>
    public RepositoryRoot Root
    {
        get => root;
        set
        {
            root = value;
            Audit?.Saw(value.Manifest);
        }
    }

    /// <summary>What the audit log is told; null where nobody listens.</summary>
    public OperationRecord? Audit { get; }

    public Manifest Manifest => Root.Manifest;

    /// <summary>The branch and revision that a publish starts from; null for the current one of the default branch.</summary>
    public BranchCheckout? Checkout { get; private set; }

    /// <summary>The root catalog that a publish starts from.</summary>
    public NestedCatalog BaseRoot => Checkout?.Root ?? new NestedCatalog(RepositoryPath.Root, Manifest.RootCatalog, Manifest.RootCatalogSize);

    /// <summary>Reads objects of the repository.</summary>
    public ObjectReader Objects => new(Store, Cancellation);

    /// <summary>Seconds since 1970 by the session's clock.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Takes the lock, opens everything and mends what was interrupted.</summary>
    /// <exception cref="StratoException">Somebody else changes the repository, or a part of it is missing or not to be trusted.</exception>
    public static RepositorySession Open(OperationContext context, string name)
    {
        RepositorySettings settings = context.Home.Load(name);
        settings.RequirePublishedHere();
        return Open(PublisherLock.Take(context.Home.Places(name)), settings, context);
    }

    /// <summary>The same with a lock that was taken before, which the session gives back.</summary>
    public static RepositorySession Open(OperationContext context, string name, PublisherLock taken)
    {
        RepositorySettings settings;
        try
        {
            settings = context.Home.Load(name);
        }
        catch
        {
            taken.Dispose();
            throw;
        }

        return Open(taken, settings, context);
    }

    /// <summary>The same where nobody else changes the repository; null otherwise.</summary>
    public static RepositorySession? TryOpen(OperationContext context, string name)
    {
        RepositorySettings settings = context.Home.Load(name);
        return !settings.IsReplica && !GenuineSpool.IsBusy(settings) && PublisherLock.TryTake(context.Home.Places(name)) is { } taken ? Open(taken, settings, context) : null;
    }

    /// <summary>The same for a collector that keeps everybody else out.</summary>
    public static RepositorySession? TryOpenWithin(OperationContext context, string name)
    {
        RepositorySettings settings = context.Home.Load(name);
        return !GenuineSpool.IsBusy(settings) && PublisherLock.TryTakeWithin(context.Home.Places(name)) is { } taken ? Open(taken, settings, context) : null;
    }

    public void Dispose()
    {
        EmptyWork();
        Keys.Dispose();
        Blocking.Wait(Store.DisposeAsync());
        Spool?.Dispose();
        held.Dispose();
    }

    private static RepositorySession Open(PublisherLock taken, RepositorySettings settings, OperationContext context)
    {
        GenuineSpool? spool = null;
        IObjectStore? store = null;
        RepositoryKeys? keys = null;
        try
        {
            spool = GenuineSpool.Enter(settings);
            store = context.Stores.Open(settings);
            keys = new KeyFiles(settings.Keys ?? context.Home.Directory, settings.Name).Load();
            RepositorySession session = new(taken, spool, settings, store, keys, context);
            session.EmptyWork();
            Directory.CreateDirectory(session.Places.Work);
            ReflogMending.Mend(session);
            session.ReadCheckout();
            return session;
        }
        catch
        {
            keys?.Dispose();
            if (store is not null)
            {
                Blocking.Wait(store.DisposeAsync());
            }

            spool?.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Throws where a branch is checked out, on which what is to be done cannot be done.</summary>
    public void RequireDefaultBranch(string operation)
    {
        if (Checkout is { } checkout)
        {
            throw new StratoException(
                $"cannot {operation} {Settings.Name} while the branch {checkout.Branch} is checked out; publish on it, or go back with: strato checkout {Settings.Name}");
        }
    }

    /// <summary>Ends the checkout: the next publish is on the default branch.</summary>
    public void EndCheckout()
    {
        BranchCheckout.Remove(Places);
        Checkout = null;
    }

    private void ReadCheckout()
    {
        Checkout = BranchCheckout.Read(Places);
        if (Checkout is not null)
        {
            using HistoryDatabase? history = HistoryBytes.Open(Objects, Manifest);
            if (history is not null && Checkout.IsDone(history))
            {
                EndCheckout();
            }
        }
    }

    private void EmptyWork() => RepositoryFolder.EmptyWork(Places);
}
