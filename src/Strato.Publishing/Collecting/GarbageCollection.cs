using System.Text.Json;
using Strato.Core;
using Strato.Publishing.Auditing;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Collecting;

/// <summary>
/// Deletes what no kept revision of a repository needs: <c>strato gc</c>. Publishers, readers and replicas go on meanwhile; see
/// docs/designs/017-garbage-collection.md for why none of them meets a missing object, and what a kill leaves.
/// </summary>
public static class GarbageCollection
{
    private const string LastName = "last.json";

    /// <summary>Collects. Blocks until it is done.</summary>
    /// <exception cref="StratoException">It was refused, or it failed; what is kept is whole, and the next one goes on.</exception>
    public static CollectionOutcome Run(CollectionRequest request, OperationContext context)
    {
        return request.IsDryRun ? Collect(context) : OperationAudit.Run("gc", request.Repository, context, Collect);

        CollectionOutcome Collect(OperationContext audited)
        {
            RepositorySettings settings = audited.Home.Load(request.Repository);
            using ICollectable subject = settings.IsReplica
                ? OpenReplica(request, audited)
                : new CollectableRepository(request.Repository, audited, request.Note);
            return Run(subject, request, settings, audited);
        }
    }

    /// <summary>What came of the last collection that changed something; null where none has been, or where its record cannot be read.</summary>
    public static CollectionOutcome? FindLast(string repository, OperationContext context)
    {
        string file = Path.Combine(context.Home.Places(repository).Collection, LastName);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), CollectionJson.Default.CollectionOutcome) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True where a collection was interrupted while it deleted.</summary>
    internal static bool IsUnfinished(RepositoryPlaces places) => CollectionState.Exists(places.Collection);

    /// <summary>Collects the garbage of a repository or a replica.</summary>
    internal static CollectionOutcome Run(ICollectable subject, CollectionRequest request, RepositorySettings settings, OperationContext context)
    {
        RepositoryPlaces places = context.Home.Places(request.Repository);
        try
        {
            using CollectorLock held = CollectorLock.Take(places);
            string folder = request.WorkFolder is { } chosen ? Directory.CreateDirectory(Path.Combine(chosen, $"strato-gc-{request.Repository}")).FullName : places.Collection;
            CollectionOutcome outcome = new Collector(subject, request, settings, context, folder).Run();
            if (!outcome.IsDryRun)
            {
                using (subject.Begin(context.Cancellation))
                using (subject.KeepWritersOut(context.Cancellation))
                {
                    StatusDocument.Set(subject.Store, "last_gc", StatusDocument.Time(DateTimeOffset.FromUnixTimeSeconds(outcome.Finished)), context.Cancellation);
                }

                string last = Path.Combine(places.Collection, LastName);
                File.WriteAllBytes(last + ".new", JsonSerializer.SerializeToUtf8Bytes(outcome, CollectionJson.Default.CollectionOutcome));
                File.Move(last + ".new", last, overwrite: true);
            }

            return outcome;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot collect the garbage of {request.Repository}: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static CollectableReplica OpenReplica(CollectionRequest request, OperationContext context) =>
        Replicas.Load(context.Home, request.Repository).IsPassThrough
            ? throw new StratoException($"{request.Repository} is a pass-through replica, which keeps nothing: there is nothing to collect")
            : new CollectableReplica(request.Repository, context, request.Note);
}
