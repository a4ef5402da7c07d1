using Strato.Core.Hashing;

namespace Strato.Publishing.Traversal;

/// <summary>
/// What a traversal still has to show. The newest come first, so that as few as possible wait, and of one catalog's the first. Safe on any thread.
/// </summary>
internal sealed class TraversalQueue
{
    private readonly object gate = new();
    private readonly Stack<TraversalNode> stack = [];
    private readonly Dictionary<ObjectHash, TraversalNode> active = [];
    private readonly HashSet<ObjectHash> incomplete = [];
    private readonly NameTable done = new(1024);
    private bool isStopped;

    /// <summary>Catalogs that were not taken yet.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return stack.Count;
            }
        }
    }

    /// <summary>Adds catalogs, and has the one that refers to them (null for roots) wait for them; true where nothing is left to wait for.</summary>
    public bool Add(TraversalNode? above, List<CatalogPlace> places)
    {
        lock (gate)
        {
            for (int index = places.Count - 1; index >= 0; index--)
            {
                Add(above, places[index]);
            }

            Monitor.PulseAll(gate);
            return above is { Pending: 0 };
        }
    }

    /// <summary>The next catalog; null once all are done, or after <see cref="Stop"/>.</summary>
    public TraversalNode? Take()
    {
        lock (gate)
        {
            while (!isStopped)
            {
                if (stack.TryPop(out TraversalNode? node))
                {
                    return node;
                }

                if (active.Count == 0)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            return null;
        }
    }

    /// <summary>Says that everything below a catalog is done; tells which that waited for it have nothing left to wait for.</summary>
    public void Complete(TraversalNode node, Action<TraversalNode> ready)
    {
        lock (gate)
        {
            active.Remove(node.Place.Hash);
            done.Add(node.Place.Name);
            if (node.IsIncomplete)
            {
                incomplete.Add(node.Place.Hash);
            }

            foreach (TraversalNode above in node.Waiting)
            {
                above.IsIncomplete |= node.IsIncomplete;
                if (--above.Pending == 0)
                {
                    ready(above);
                }
            }

            if (active.Count == 0)
            {
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Has <see cref="Take"/> give out nothing any more.</summary>
    public void Stop()
    {
        lock (gate)
        {
            isStopped = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Add(TraversalNode? above, CatalogPlace place)
    {
        if (done.Contains(place.Name))
        {
            if (above is not null)
            {
                above.IsIncomplete |= incomplete.Contains(place.Hash);
            }

            return;
        }

        if (!active.TryGetValue(place.Hash, out TraversalNode? node))
        {
            node = new TraversalNode(place);
            active.Add(place.Hash, node);
            stack.Push(node);
        }

        if (above is not null)
        {
            above.Pending++;
            node.Waiting.Add(above);
        }
    }
}
