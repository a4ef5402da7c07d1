using System.Threading.Channels;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Fetches objects that are not there, many at a time over kept connections. Catalogs that name the same object meanwhile wait for one
/// download. Who adds waits while the queue is full, so that memory does not grow with the repository. Thread-safe.
/// </summary>
internal sealed class ObjectQueue : IAsyncDisposable
{
    /// <summary>Objects that are waited for at most: enough to keep every worker busy while a catalog is opened.</summary>
    private const int Capacity = 4096;

    private readonly IObjectStore store;
    private readonly ReplicaSource? source;
    private readonly SnapshotCounter counter;
    private readonly Action<PendingCatalog> settle;
    private readonly Action<Exception> fail;
    private readonly CancellationToken cancellation;
    private readonly Channel<ObjectJob> jobs = Channel.CreateBounded<ObjectJob>(new BoundedChannelOptions(Capacity));
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectName, ObjectJob> waiting = [];
    private readonly Task[] workers;

    /// <summary>Starts the workers.</summary>
    /// <param name="store">Where objects are to be.</param>
    /// <param name="source">Where they come from; null where it is only to be seen which are missing.</param>
    /// <param name="parallelism">How many are fetched at a time.</param>
    /// <param name="counter">Counts them.</param>
    /// <param name="settle">Told once for each catalog that waited, when the object is there or cannot be had.</param>
    /// <param name="fail">Told what ends everything.</param>
    /// <param name="cancellation">Ends everything.</param>
    public ObjectQueue(
        IObjectStore store, ReplicaSource? source, int parallelism, SnapshotCounter counter, Action<PendingCatalog> settle, Action<Exception> fail, CancellationToken cancellation)
    {
        this.store = store;
        this.source = source;
        this.counter = counter;
        this.settle = settle;
        this.fail = fail;
        this.cancellation = cancellation;
        workers = [.. Enumerable.Range(0, parallelism).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Has a catalog wait for an object.</summary>
    public void Add(in ObjectName name, long maximumLength, PendingCatalog catalog)
    {
        ObjectJob job;
        lock (gate)
        {
            if (waiting.TryGetValue(name, out ObjectJob? present))
            {
                if (present.TryAdd(catalog))
                {
                    catalog.Hold();
                }

                return;
            }

            job = new ObjectJob(name, maximumLength, catalog);
            waiting.Add(name, job);
            catalog.Hold();
        }

        if (!jobs.Writer.TryWrite(job))
        {
            Blocking.Wait(jobs.Writer.WriteAsync(job, cancellation));
        }
    }

    /// <summary>Ends the workers once nothing waits any more, or at once where everything was cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await Task.WhenAll(workers);
    }

    private async Task WorkAsync()
    {
        using ObjectIntake intake = new(store, cancellation);
        try
        {
            await foreach (ObjectJob job in jobs.Reader.ReadAllAsync(cancellation))
            {
                bool isThere = await FetchAsync(job, intake);
                Finish(job, isThere);
            }
        }
        catch (Exception error)
        {
            // Whatever it was, those who wait must hear of it.
            fail(error);
        }
    }

    private async ValueTask<bool> FetchAsync(ObjectJob job, ObjectIntake intake)
    {
        if (await store.ExistsAsync(ObjectKey.Of(job.Name), cancellation))
        {
            return true;
        }

        if (source is null)
        {
            return false;
        }

        intake.Expect(job.Name, job.MaximumLength);
        if (!await source.TryFetchAsync(job.Name, intake, cancellation))
        {
            return false;
        }

        intake.Put();
        counter.AddNew(intake.Length);
        return true;
    }

    private void Finish(ObjectJob job, bool isThere)
    {
        IReadOnlyList<PendingCatalog> others;
        lock (gate)
        {
            waiting.Remove(job.Name);
            others = job.Others;
        }

        counter.AddObject();
        Tell(job.Owner);
        foreach (PendingCatalog other in others)
        {
            Tell(other);
        }

        void Tell(PendingCatalog catalog)
        {
            if (!isThere)
            {
                catalog.Lack($"object {job.Name}, which catalog {catalog.Hash} names");
            }

            settle(catalog);
        }
    }
}
