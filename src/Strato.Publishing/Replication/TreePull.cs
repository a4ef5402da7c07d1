using System.Runtime.ExceptionServices;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Makes whole revisions present: a catalog is put only after everything that it names, so that one that is there stands for all below it, and what a
/// killed snapshot has done needs neither a list nor a second look. Catalogs are read by a few threads, deepest first; objects come through
/// an <see cref="ObjectQueue"/>. See docs/designs/018-replication.md.
/// </summary>
internal sealed class TreePull : IDisposable
{
    private const int MaximumReaders = 8;

    private readonly IObjectStore store;
    private readonly SnapshotCounter counter;
    private readonly CatalogShelf shelf;
    private readonly ObjectQueue objects;
    private readonly bool trustsCatalogs;
    private readonly CancellationTokenSource cancellation;
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectHash, PendingCatalog> pending = [];
    private readonly HashSet<ObjectHash> complete = [];
    private readonly Dictionary<ObjectHash, string> incomplete = [];
    private readonly Dictionary<ObjectHash, CatalogProperties> rootProperties = [];
    private readonly Stack<PendingCatalog> unread = [];
    private readonly SemaphoreSlim unreadCount = new(0);
    private readonly Task[] readers;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts its threads.</summary>
    /// <param name="store">Where everything is to be.</param>
    /// <param name="source">Where it comes from; null where it is only to be seen what is whole.</param>
    /// <param name="folder">An existing folder for catalogs on their way.</param>
    /// <param name="parallelism">How many objects are fetched at a time.</param>
    /// <param name="trustsCatalogs">Whether a catalog that is there stands for all below it.</param>
    /// <param name="counter">Counts.</param>
    /// <param name="cancellation">Gives up.</param>
    public TreePull(
        IObjectStore store, ReplicaSource? source, string folder, int parallelism, bool trustsCatalogs, SnapshotCounter counter, CancellationToken cancellation)
    {
        this.store = store;
        this.counter = counter;
        this.trustsCatalogs = trustsCatalogs;
        this.cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        shelf = new CatalogShelf(folder, store, source, counter, this.cancellation.Token);
        objects = new ObjectQueue(store, source, parallelism, counter, Settle, Fail, this.cancellation.Token);
        readers = [.. Enumerable.Range(0, Math.Min(MaximumReaders, parallelism)).Select(_ => Task.Factory.StartNew(
            ReadCatalogs, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>
    /// Makes revisions present, several at once. Answers for each what is missing of it, null where it is whole. One call at a time.
    /// </summary>
    /// <exception cref="StratoException">Something else went wrong than that the source lacks an object.</exception>
    public IReadOnlyList<string?> Pull(IReadOnlyList<NestedCatalog> roots)
    {
        List<Task> tasks = [];
        foreach (NestedCatalog root in roots)
        {
            if (Want(root, parent: null) is { Done: { } done })
            {
                tasks.Add(done.Task);
            }
        }

        try
        {
            Task.WaitAll(tasks, cancellation.Token);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            failure?.Throw();
            throw;
        }

        lock (gate)
        {
            return [.. roots.Select(root => incomplete.GetValueOrDefault(root.Hash))];
        }
    }

    /// <summary>What a root catalog that is there says of itself.</summary>
    /// <exception cref="StratoException">It cannot be read.</exception>
    public CatalogProperties Inspect(ObjectHash root)
    {
        lock (gate)
        {
            if (rootProperties.TryGetValue(root, out CatalogProperties? known))
            {
                return known;
            }
        }

        PendingCatalog catalog = new(new NestedCatalog(RepositoryPath.Root, root, 0)) { IsInStore = true };
        string file = shelf.TryOpen(catalog) ?? throw new StratoException($"catalog {root} cannot be read in {store.Location}; check the disk");
        try
        {
            using CatalogReader reader = CatalogReader.Open(file);
            return reader.Properties;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>True where a catalog was found or made whole.</summary>
    public bool IsComplete(ObjectHash catalog)
    {
        lock (gate)
        {
            return complete.Contains(catalog);
        }
    }

    public void Dispose()
    {
        cancellation.Cancel();
        Task.WaitAll(readers);
        Blocking.Wait(objects.DisposeAsync());
        unreadCount.Dispose();
        cancellation.Dispose();
    }

    // Returns the catalog where it is not known yet whether it is whole.
    private PendingCatalog? Want(NestedCatalog reference, PendingCatalog? parent)
    {
        bool isNew = false;
        lock (gate)
        {
            if (TryJoin(reference.Hash, parent, out PendingCatalog? known))
            {
                return known;
            }
        }

        bool isInStore = Blocking.Wait(store.ExistsAsync(ObjectKey.Of(new ObjectName(reference.Hash, ObjectKind.Catalog)), cancellation.Token));
        PendingCatalog? catalog;
        lock (gate)
        {
            if (!TryJoin(reference.Hash, parent, out catalog))
            {
                if (isInStore && trustsCatalogs)
                {
                    complete.Add(reference.Hash);
                    return null;
                }

                isNew = true;
                catalog = new PendingCatalog(reference) { IsInStore = isInStore };
                pending.Add(reference.Hash, catalog);
                Attach(catalog, parent);
                unread.Push(catalog);
            }
        }

        if (isNew)
        {
            unreadCount.Release();
        }

        return catalog;
    }

    private bool TryJoin(ObjectHash hash, PendingCatalog? parent, out PendingCatalog? catalog)
    {
        catalog = null;
        if (complete.Contains(hash))
        {
            return true;
        }

        if (incomplete.TryGetValue(hash, out string? lacking))
        {
            parent?.Lack(lacking);
            return true;
        }

        if (!pending.TryGetValue(hash, out catalog))
        {
            return false;
        }

        Attach(catalog, parent);
        return true;
    }

    private static void Attach(PendingCatalog catalog, PendingCatalog? parent)
    {
        if (parent is null)
        {
            catalog.Done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        else
        {
            parent.Hold();
            catalog.Parents.Add(parent);
        }
    }

    private void ReadCatalogs()
    {
        try
        {
            while (true)
            {
                unreadCount.Wait(cancellation.Token);
                PendingCatalog catalog;
                lock (gate)
                {
                    catalog = unread.Pop();
                }

                Read(catalog);
                Settle(catalog);
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Read(PendingCatalog catalog)
    {
        if (shelf.TryOpen(catalog) is not { } file)
        {
            catalog.Lack($"catalog {catalog.Hash} of {catalog.Reference.Path}");
            return;
        }

        try
        {
            using CatalogReader reader = CatalogReader.Open(file);
            counter.AddCatalog();
            catalog.Properties = reader.Properties;
            foreach (CatalogObject found in reader.EnumerateObjects())
            {
                objects.Add(found.Name, StoredLength.Maximum(found.Size, found.Compression), catalog);
            }

            foreach (NestedCatalog nested in reader.NestedCatalogs)
            {
                Want(nested, catalog);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    // One thing less is outstanding for a catalog; with the last it is put, and who waits for it has one thing less.
    private void Settle(PendingCatalog first)
    {
        Stack<PendingCatalog> settled = new([first]);
        while (settled.TryPop(out PendingCatalog? catalog))
        {
            if (!catalog.Release())
            {
                continue;
            }

            if (catalog.Lacking is null)
            {
                shelf.Put(catalog);
            }

            foreach (PendingCatalog parent in Conclude(catalog))
            {
                settled.Push(parent);
            }
        }
    }

    private List<PendingCatalog> Conclude(PendingCatalog catalog)
    {
        lock (gate)
        {
            pending.Remove(catalog.Hash);
            if (catalog.Lacking is { } lacking)
            {
                incomplete[catalog.Hash] = lacking;
                catalog.Parents.ForEach(parent => parent.Lack(lacking));
            }
            else
            {
                complete.Add(catalog.Hash);
            }

            if (catalog.Done is { } done)
            {
                if (catalog.Properties is { } properties)
                {
                    rootProperties[catalog.Hash] = properties;
                }

                done.SetResult();
            }

            return catalog.Parents;
        }
    }

    private void Fail(Exception error)
    {
        lock (gate)
        {
            failure ??= ExceptionDispatchInfo.Capture(error);
        }

        cancellation.Cancel();
    }
}
