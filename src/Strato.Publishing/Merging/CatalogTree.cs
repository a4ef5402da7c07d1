using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;

namespace Strato.Publishing.Merging;

/// <summary>
/// The catalogs of a revision while they are edited. One thread, the visitor, opens, makes, merges and leaves catalogs; rows
/// may be changed from any thread that holds the catalog. A catalog is sealed and stored as soon as nothing can change it,
/// children before parents; an unchanged one stays the object that it was.
/// </summary>
internal sealed class CatalogTree : IDisposable
{
    /// <summary>Catalogs that were left but wait for content: each has an open SQLite connection with about 2 MiB.</summary>
    private const int MaximumLeft = 32;

    private readonly CatalogWorkspace workspace;
    private readonly CatalogTreeOptions options;
    private readonly SemaphoreSlim places = new(MaximumLeft);
    private readonly HashSet<WorkingCatalog> open = [];
    private readonly Dictionary<ObjectHash, CatalogCounters> stored = [];
    private readonly Lock gate = new();

    public CatalogTree(CatalogWorkspace workspace, CatalogTreeOptions options)
    {
        this.workspace = workspace;
        this.options = options;
    }

    /// <summary>The outcome, once the root has been left and everything else is done.</summary>
    public SealedTree? Outcome { get; private set; }

    /// <summary>Opens the root catalog of the revision that is edited.</summary>
    public WorkingCatalog OpenRoot(ObjectHash hash, long size) => Open(null, new NestedCatalog(RepositoryPath.Root, hash, size));

    /// <summary>Makes the root catalog of a new repository.</summary>
    public WorkingCatalog MakeRoot(CatalogEntry root, bool isVolatile)
    {
        byte[] file = workspace.NewFile();
        return Add(null, new NestedCatalog(RepositoryPath.Root, default, 0), CatalogWriter.Create(file, RepositoryPath.Root, root, options.Time, isVolatile), file);
    }

    /// <summary>Opens the nested catalog at a path, which a catalog refers to.</summary>
    public WorkingCatalog OpenNested(WorkingCatalog parent, RepositoryPath path) =>
        Open(parent, parent.Nested(path)
            ?? throw new StratoException($"the catalog at {parent.Path} has a mount point at {path} but refers to no catalog there; run 'strato check'"));

    /// <summary>Makes a nested catalog of a directory that is in its parent catalog, moving what is below it.</summary>
    /// <param name="parent">The catalog that has the directory.</param>
    /// <param name="path">The directory.</param>
    /// <param name="isEmpty">True where nothing is below the directory yet.</param>
    public WorkingCatalog Split(WorkingCatalog parent, RepositoryPath path, bool isEmpty)
    {
        PathKey key = path.Key;
        CatalogEntry directory = parent.Find(key) ?? throw new InvalidOperationException($"there is no directory {path} to make a catalog of");
        byte[] file = workspace.NewFile();
        NestedCatalog origin = new(path, default, 0);
        CatalogWriter writer = CatalogWriter.Create(file, path, directory with { IsNestedRoot = true }, options.Time);
        try
        {
            parent.Edit(host =>
            {
                if (isEmpty)
                {
                    host.Update(key, directory with { IsNestedMountPoint = true });
                    host.AddNested(origin, default);
                }
                else
                {
                    host.SplitInto(writer, CountersOf);
                }
            });
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        return Add(parent, origin, writer, file);
    }

    /// <summary>
    /// Takes a nested catalog's content into its parent. Only its visitor may still hold it; it is gone afterwards.
    /// </summary>
    public void Merge(WorkingCatalog nested)
    {
        WorkingCatalog parent = nested.Parent ?? throw new InvalidOperationException("the root catalog has no parent to merge into");
        parent.Edit(host => nested.Edit(host.MergeFrom));
        Drop(nested, hasFile: true);
    }

    /// <summary>Removes the reference to a nested catalog, and with it everything that it and those below it have.</summary>
    public void RemoveNested(WorkingCatalog parent, RepositoryPath path)
    {
        NestedCatalog? reference = parent.Nested(path);
        if (reference is not null)
        {
            CatalogCounts counts = CountersOf(reference).Total;
            parent.Edit(host => host.RemoveNested(path, counts));
        }
    }

    /// <summary>
    /// Says that the visitor will not come back to a catalog. It waits while too many that were left cannot be sealed yet.
    /// </summary>
    public void Leave(WorkingCatalog catalog)
    {
        if (catalog.Parent is not null)
        {
            if (catalog.IsAwaited)
            {
                catalog.ReleaseMemory();
            }

            places.Wait(workspace.Cancellation);
            catalog.HasPlace = true;
        }

        catalog.Release();
    }

    /// <summary>Seals a catalog that nothing can change any more, and tells its parent. Called by whoever gave up the last hold.</summary>
    public void Seal(WorkingCatalog catalog)
    {
        bool isGone = options.Balance is { } balance && new CatalogBalancer(this, balance, options.Time).Balance(catalog);
        if (isGone)
        {
            return;
        }

        CatalogCounters counters = catalog.Read(writer => writer.Counters);
        NestedCatalog reference = catalog.Origin;
        ulong revision = catalog.Read(writer => writer.Content.Properties.Revision);
        if (catalog.IsChanged)
        {
            CheckSize(catalog, counters.Self.Entries);
            reference = Store(catalog, ++revision, out CatalogCounts change);
            lock (gate)
            {
                stored[reference.Hash] = counters;
            }

            catalog.Parent?.Edit(host => host.UpdateNested(reference, change));
        }

        Drop(catalog, hasFile: !catalog.IsChanged);
        if (catalog.Parent is null)
        {
            Outcome = new SealedTree(reference, revision, counters, catalog.IsChanged);
        }
    }

    /// <summary>Closes what is still open, after a failure.</summary>
    public void Dispose()
    {
        foreach (WorkingCatalog catalog in open)
        {
            catalog.Close();
        }

        places.Dispose();
    }

    private NestedCatalog Store(WorkingCatalog catalog, ulong revision, out CatalogCounts change)
    {
        CatalogCounts grown = default;
        catalog.Edit(writer =>
        {
            writer.SetLastModified(options.Time);
            writer.SetRevision(revision);
            writer.SetPreviousRevision(catalog.Origin.Hash);
            if (catalog.Parent is null)
            {
                writer.SetTtl(options.TimeToLive);
            }

            grown = writer.ChangeForParent;
            writer.Seal();
        });
        change = grown;
        catalog.Close();
        return workspace.CheckIn(catalog.File, catalog.Path);
    }

    private CatalogCounters CountersOf(NestedCatalog reference)
    {
        lock (gate)
        {
            if (stored.TryGetValue(reference.Hash, out CatalogCounters known))
            {
                return known;
            }
        }

        return workspace.CountersOf(reference);
    }

    private void CheckSize(WorkingCatalog catalog, long entries)
    {
        long limit = catalog.Parent is null ? options.RootLimit : options.NestedLimit;
        if (limit > 0 && entries > limit)
        {
            string message = $"the catalog at {catalog.Path} has {entries} entries, more than {limit}; split it with .cvmfscatalog files or a .cvmfsdirtab";
            if (options.EnforcesLimits)
            {
                throw new StratoException($"{message}, or raise the limit");
            }

            options.Warn(message);
        }
    }

    private WorkingCatalog Open(WorkingCatalog? parent, NestedCatalog reference)
    {
        byte[] file = workspace.CheckOut(reference);
        CatalogWriter writer = CatalogWriter.Open(file);
        if (writer.RootPath != reference.Path)
        {
            writer.Dispose();
            throw new StratoException($"the catalog {reference.Hash} at {reference.Path} says that it belongs at {writer.RootPath}; run 'strato check'");
        }

        return Add(parent, reference, writer, file);
    }

    private WorkingCatalog Add(WorkingCatalog? parent, NestedCatalog origin, CatalogWriter writer, byte[] file)
    {
        WorkingCatalog catalog = new(this, parent, origin, writer, file);
        lock (gate)
        {
            open.Add(catalog);
        }

        return catalog;
    }

    // Closes a catalog, frees its place and gives up its hold on the parent.
    private void Drop(WorkingCatalog catalog, bool hasFile)
    {
        lock (gate)
        {
            open.Remove(catalog);
        }

        catalog.Close();
        if (hasFile)
        {
            CatalogWorkspace.Discard(catalog.File);
        }

        if (catalog.HasPlace)
        {
            places.Release();
        }

        catalog.Parent?.Release();
    }
}
