namespace Strato.Publishing.Pipeline;

/// <summary>
/// What waits for workers: chunks of big files in their order, before small files in theirs. Big ones go first so that a publish does
/// not end with one core encoding the last of them; chunks keep their order because a chunk that is still being read
/// may be taken only when all before it are.
/// </summary>
internal sealed class WorkQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim ready = new(0);
    private readonly SemaphoreSlim room;
    private readonly Queue<IWork> urgent = [];
    private readonly Queue<IWork> normal = [];

    /// <summary>Makes an empty queue.</summary>
    /// <param name="bound">The number of small files that may wait.</param>
    public WorkQueue(int bound) => room = new SemaphoreSlim(bound);

    /// <summary>Adds a small file, waiting while too many are there.</summary>
    public void Add(IWork work, CancellationToken cancellation)
    {
        room.Wait(cancellation);
        lock (gate)
        {
            normal.Enqueue(work);
        }

        ready.Release();
    }

    /// <summary>Adds a chunk; its blocks are what is bounded.</summary>
    public void AddUrgent(IWork work)
    {
        lock (gate)
        {
            urgent.Enqueue(work);
        }

        ready.Release();
    }

    /// <summary>Waits for work.</summary>
    public IWork Take(CancellationToken cancellation)
    {
        ready.Wait(cancellation);
        lock (gate)
        {
            if (urgent.TryDequeue(out IWork? work))
            {
                return work;
            }

            work = normal.Dequeue();
            room.Release();
            return work;
        }
    }

    public void Dispose()
    {
        ready.Dispose();
        room.Dispose();
    }
}
