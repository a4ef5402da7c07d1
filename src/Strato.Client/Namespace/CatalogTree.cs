using Strato.Client.Nodes;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Posix;
using Strato.Storage.Cache;

namespace Strato.Client.Namespace;

/// <summary>
/// The catalogs of one revision. Nested ones are added as paths lead into them, and each lies strictly below the
/// catalog that refers to it, so a walk ends after as many catalogs as a path has names. Safe on all threads.
/// </summary>
internal sealed class CatalogTree
{
    private readonly IContentSource source;
    private readonly OpenCatalogs openCatalogs;
    private readonly Lock growth = new();
    private readonly Dictionary<(uint Parent, PathKey Mount), MountedCatalog> nested = [];
    private MountedCatalog[] catalogs = new MountedCatalog[16];
    private int count;

    /// <summary>A tree of which nothing is open.</summary>
    /// <param name="source">Where catalogs come from.</param>
    /// <param name="openCatalogs">Bounds how many are open.</param>
    /// <param name="root">The root catalog.</param>
    /// <param name="rootSize">Its plain bytes as the manifest says; 0 where that is not known.</param>
    public CatalogTree(IContentSource source, OpenCatalogs openCatalogs, ObjectHash root, long rootSize = 0)
    {
        this.source = source;
        this.openCatalogs = openCatalogs;
        Root = new MountedCatalog(0, default, root, rootSize);
        catalogs[0] = Root;
        count = 1;
    }

    public MountedCatalog Root { get; }

    /// <summary>Catalogs that paths have led into so far.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Entries of the repository that lie in catalogs which no path has led into yet.</summary>
    public long UnloadedEntries
    {
        get
        {
            long entries = Root.Summary?.Counters.Total.Entries ?? 0;
            MountedCatalog[] known = Volatile.Read(ref catalogs);
            for (int index = 0; index < Count; index++)
            {
                entries -= known[index].Summary?.Counters.Self.Entries ?? 0;
            }

            return entries;
        }
    }

    /// <summary>Catalogs that have been opened at some time.</summary>
    public int OpenedCount => Volatile.Read(ref catalogs).Take(Count).Count(catalog => catalog.Summary is not null);

    /// <summary>Whether a catalog is one of these.</summary>
    public bool Has(MountedCatalog catalog) => catalog.Index < Count && this[catalog.Index] == catalog;

    /// <summary>A tree of another revision with the same source and the same bound, of which nothing is open.</summary>
    public CatalogTree Another(ObjectHash root) => new(source, openCatalogs, root);

    public MountedCatalog this[uint index] => Volatile.Read(ref catalogs)[index];

    /// <summary>
    /// Finds the catalog that lists a directory, starting from one that lists it or a directory above it. Wants a catalog
    /// that is on the way and not in the cache.
    /// </summary>
    /// <param name="start">A catalog whose mount point is the path or lies above it.</param>
    /// <param name="path">The directory, as users see it.</param>
    /// <param name="supplied">What was fetched for this request.</param>
    /// <param name="holder">The catalog.</param>
    public Outcome Resolve(MountedCatalog start, ReadOnlySpan<byte> path, Want? supplied, out MountedCatalog holder)
    {
        holder = start;
        int end = start.MountPoint.Length;
        while (end < path.Length)
        {
            Outcome outcome = Lend(holder, supplied, out CatalogLease lease);
            if (!outcome.IsDone)
            {
                return outcome;
            }

            using (lease)
            {
                end = holder.Summary!.HasReferences ? FindReference(ref holder, lease.Reader, path, end) : path.Length;
            }
        }

        // The caller wants to read it: a directory at a mount point is listed by the catalog that is mounted there.
        return Outcome.Done;
    }

    /// <summary>
    /// Lends a reader of a catalog. Wants the catalog where it is not in the cache, or was damaged there; a
    /// <see cref="Core.StratoException"/> is thrown where it is no catalog although its bytes are those that were published.
    /// </summary>
    public Outcome Lend(MountedCatalog catalog, Want? supplied, out CatalogLease lease)
    {
        if (catalog.IsSuspect)
        {
            _ = TryDropDamaged(catalog);
        }

        try
        {
            return TryLend(catalog, supplied, out lease, out bool isRetired) ? Outcome.Done
                : isRetired ? Errno.ESTALE
                : Outcome.Wants(new ObjectWant(source, catalog.Request));
        }
        catch (StratoException) when (TryDropDamaged(catalog))
        {
            lease = default;
            return Outcome.Wants(new ObjectWant(source, catalog.Request));
        }
    }

    /// <summary>Closes everything that is not in use; the rest follows when it is given back.</summary>
    public void Retire()
    {
        HashSet<MountedCatalog> retired = [];
        lock (growth)
        {
            retired.UnionWith(catalogs.Take(count));
        }

        foreach (MountedCatalog catalog in retired)
        {
            catalog.Retire();
        }

        openCatalogs.Remove(retired);
    }

    /// <summary>Closes a catalog that failed, unless somebody reads it, and drops its file where it is damaged; true where fetching it helps.</summary>
    private bool TryDropDamaged(MountedCatalog catalog)
    {
        if (!catalog.TryClose())
        {
            return false;
        }

        openCatalogs.Remove(new HashSet<MountedCatalog> { catalog });
        return source.DropIfDamaged(catalog.Content);
    }

    private bool TryLend(MountedCatalog catalog, Want? supplied, out CatalogLease lease, out bool isRetired)
    {
        lease = default;
        isRetired = false;
        PooledReader? reader = catalog.Lend();
        if (reader is null)
        {
            CachedObject content = catalog.Content;
            int descriptor = -1;
            if (!(supplied is ObjectWant fetched && fetched.TryTake(in content, out descriptor)) && !source.TryOpen(in content, plainSize: -1, out descriptor))
            {
                return false;
            }

            if (catalog.TryOpen(new FileDescriptor(descriptor)))
            {
                openCatalogs.Add(catalog);
            }

            reader = catalog.Lend();
            if (reader is null)
            {
                // Retired in between: the request met a revision that has just been replaced.
                isRetired = true;
                return false;
            }
        }

        lease = new CatalogLease(catalog, reader);
        return true;
    }

    /// <summary>Steps to the catalog that is mounted at the next name of the path that has one; answers how far the path is done.</summary>
    private int FindReference(ref MountedCatalog holder, CatalogReader reader, ReadOnlySpan<byte> path, int from)
    {
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        for (int end = NextName(path, from); ; end = NextName(path, end))
        {
            ReadOnlySpan<byte> candidate = path[..end];
            if (reader.TryFindNested(holder.Translate(candidate, buffer), out ObjectHash hash, out long size))
            {
                holder = Nested(holder, candidate, hash, size);
                return end;
            }

            if (end == path.Length)
            {
                return end;
            }
        }
    }

    private static int NextName(ReadOnlySpan<byte> path, int from)
    {
        int length = path[(from + 1)..].IndexOf((byte)'/');
        return length < 0 ? path.Length : from + 1 + length;
    }

    private MountedCatalog Nested(MountedCatalog parent, ReadOnlySpan<byte> mountPoint, ObjectHash hash, long size)
    {
        (uint, PathKey) key = (parent.Index, RepositoryPath.KeyOf(mountPoint));
        lock (growth)
        {
            if (nested.TryGetValue(key, out MountedCatalog? known))
            {
                return known;
            }

            MountedCatalog added = new((uint)count, mountPoint, hash, size);
            if (count == catalogs.Length)
            {
                MountedCatalog[] larger = new MountedCatalog[count * 2];
                catalogs.CopyTo(larger, 0);
                Volatile.Write(ref catalogs, larger);
            }

            catalogs[count] = added;
            Volatile.Write(ref count, count + 1);
            nested.Add(key, added);
            return added;
        }
    }
}
