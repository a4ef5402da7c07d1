using System.Runtime.ExceptionServices;
using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;
using Strato.Publishing.Objects;

namespace Strato.Publishing.Traversal;

/// <summary>
/// Shows a visitor every catalog that can be reached from root catalogs, each once however many revisions have it, on several threads. Roots may be given in
/// several calls, one at a time; what an earlier call has shown is not shown again. Memory holds 22 bytes and some room for each catalog that was seen, and
/// the catalogs that wait for their turn: at most those that the ones on the way down refer to.
/// </summary>
/// <param name="objects">Reads and verifies; from a store, a server or both.</param>
/// <param name="visitor">Who is shown the catalogs.</param>
/// <param name="options">How.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class CatalogTraversal(ObjectReader objects, ICatalogVisitor visitor, TraversalOptions options, CancellationToken cancellation)
{
    private const long MaximumSize = 16L * 1024 * 1024 * 1024;
    private const int MaximumDepth = 4096;

    private readonly TraversalQueue queue = new();
    private ExceptionDispatchInfo? failure;
    private long visited;

    /// <summary>Catalogs that were shown so far. Safe on any thread.</summary>
    public long Visited => Volatile.Read(ref visited);

    /// <summary>Catalogs that are known to be there but were not shown yet. Safe on any thread.</summary>
    public int Waiting => queue.Waiting;

    /// <summary>Shows one tree of catalogs.</summary>
    /// <inheritdoc cref="Run(IEnumerable{NestedCatalog})"/>
    public void Run(ObjectHash root, long size) => Run([new NestedCatalog(RepositoryPath.Root, root, size)]);

    /// <summary>Shows the catalogs that can be reached from the given ones. Blocks until it is done.</summary>
    /// <exception cref="StratoException">A catalog is missing or damaged and the visitor does not go on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(IEnumerable<NestedCatalog> roots)
    {
        queue.Add(null, [.. roots.Select(root => new CatalogPlace(root, null))]);
        using CancellationTokenRegistration registration = cancellation.Register(queue.Stop);
        List<Thread> threads = [];
        for (int number = 0; number < options.Workers; number++)
        {
            string file = Path.Combine(options.Folder, $"traversal-{Guid.NewGuid():N}");
            Thread thread = new(() => Work(file)) { Name = "catalogs", IsBackground = true };
            thread.Start();
            threads.Add(thread);
        }

        threads.ForEach(thread => thread.Join());
        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Work(string file)
    {
        try
        {
            while (queue.Take() is { } node)
            {
                if (queue.Add(node, Show(node, file)))
                {
                    Leave(node);
                }
            }
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
            queue.Stop();
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A catalog is done when those below it are; that may be so for several on the way up.
    private void Leave(TraversalNode node)
    {
        Stack<TraversalNode> done = new([node]);
        while (done.TryPop(out TraversalNode? next))
        {
            if (next is { IsIncomplete: false, IsLeftOut: false })
            {
                visitor.Leave(next.Place);
            }

            queue.Complete(next, done.Push);
        }
    }

    // Returns what is below.
    private List<CatalogPlace> Show(TraversalNode node, string file)
    {
        CatalogPlace place = node.Place;
        if (!visitor.Enter(place))
        {
            node.IsLeftOut = true;
            return [];
        }

        try
        {
            Fetch(place, file);
        }
        catch (StratoException error)
        {
            return Fail(node, error);
        }

        try
        {
            using CatalogReader catalog = CatalogReader.Open(file);
            visitor.Visit(catalog, place);
            Interlocked.Increment(ref visited);
            return Below(catalog, place);
        }
        catch (StratoException error) when (error is CatalogException or SqliteException)
        {
            return Fail(node, error);
        }
    }

    private List<CatalogPlace> Fail(TraversalNode node, StratoException error)
    {
        visitor.Fail(node.Place, error);
        node.IsIncomplete = true;
        return [];
    }

    private void Fetch(CatalogPlace place, string file)
    {
        long limit = place.Reference.Size > 0 ? place.Reference.Size : MaximumSize;
        using FileStream target = new(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        objects.Read(place.Name, CompressionAlgorithm.Zlib, limit, piece => target.Write(piece.Span));
    }

    private List<CatalogPlace> Below(CatalogReader catalog, CatalogPlace place)
    {
        IReadOnlyList<NestedCatalog> nested = catalog.NestedCatalogs;
        IReadOnlyList<NestedCatalog> bound = options.FollowsBindMountPoints ? catalog.BindMountPoints : [];
        List<CatalogPlace> below = new(nested.Count + bound.Count);
        foreach (NestedCatalog reference in nested)
        {
            // A name longer at each step, so that foreign catalogs cannot lead on for ever.
            if (!reference.Path.IsWithin(place.Path) || reference.Path == place.Path || reference.Hash.IsNull)
            {
                throw new CatalogException($"catalog {place.Name} at {place.Path} refers to one at {reference.Path}, which cannot be");
            }

            below.Add(new CatalogPlace(reference, place));
        }

        foreach (NestedCatalog reference in bound)
        {
            below.Add(place.Depth < MaximumDepth
                ? new CatalogPlace(reference, place)
                : throw new CatalogException($"catalog {place.Name} at {place.Path} is more than {MaximumDepth} catalogs deep"));
        }

        return below;
    }
}
