using System.Globalization;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Publishing.Traversal;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>One garbage collection, whose lock is held: mark, search, drop from the reflog, sweep. One thread.</summary>
/// <param name="subject">What is collected in.</param>
/// <param name="request">How.</param>
/// <param name="settings">The repository's settings.</param>
/// <param name="context">Clock and cancellation.</param>
/// <param name="folder">Where it keeps what it has found out.</param>
internal sealed class Collector(ICollectable subject, CollectionRequest request, RepositorySettings settings, OperationContext context, string folder)
{
    /// <summary>How long what an interrupted collection found out is used.</summary>
    private const long UsefulSeconds = 24 * 3600;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationToken cancellation = context.Cancellation;
    private readonly DateTimeOffset began = context.Clock.GetUtcNow();
    private readonly long beganTicks = context.Clock.GetTimestamp();

    public CollectionOutcome Run()
    {
        using IDisposable? kept = request.IsDryRun ? null : subject.Begin(cancellation);
        AnnouncedRoot announced = AnnouncedRoot.Read(subject.Store, cancellation);
        if (!announced.Manifest.IsGarbageCollectable)
        {
            throw new StratoException(
                $"{request.Repository} does not allow garbage collection, as its manifest tells replicas and clients; set CVMFS_GARBAGE_COLLECTION=true in its server.conf and publish");
        }

        return Resume(announced) ?? Begin(announced);
    }

    // What was asked for, as far as the list depends on it.
    private string Wish => string.Create(
        CultureInfo.InvariantCulture,
        $"{request.KeptRevisions}/{request.KeptAge?.TotalSeconds}/{settings.AutomaticCollectionAge.TotalSeconds}/{request.Grace.TotalSeconds}");

    private CollectionOutcome? Resume(AnnouncedRoot announced)
    {
        if (request.IsDryRun || subject.IsReplica || CollectionState.Read(folder) is not { } left || left.Manifest != announced.Version.Token || left.Wish != Wish
            || Math.Abs(began.ToUnixTimeSeconds() - left.Made) > UsefulSeconds)
        {
            return null;
        }

        request.Note("goes on with what an interrupted collection has found");
        return Sweep(left with { Found = left.Found with { IsResumed = true } }, announced, mark: null, remarking: null, visitor: null);
    }

    private CollectionOutcome Begin(AnnouncedRoot announced)
    {
        CollectionState.Delete(folder);
        string work = Path.Combine(folder, "work");
        RemoveFolder(work);
        Directory.CreateDirectory(work);
        try
        {
            using ObjectNameSet names = new(work);
            MarkVisitor visitor = new(request.Repository, names);
            ObjectReader objects = new(subject.Store, cancellation);
            CatalogTraversal traversal = new(objects, visitor, new TraversalOptions { Folder = work }, cancellation);
            Marking marking = new(objects, visitor, traversal, RetentionRule.Of(request, settings.AutomaticCollectionAge, began), IsHere);
            MarkOutcome mark;
            using (Report(CollectionStage.Marking, () => (traversal.Visited, traversal.Visited + traversal.Waiting)))
            {
                mark = marking.Run(announced);
            }

            visitor.Seal();
            CollectionState state = Search(names, announced, mark, traversal.Visited);
            return request.IsDryRun ? Preview(state) : Sweep(state, announced, mark, new Remarking(marking, visitor), visitor)!;
        }
        finally
        {
            RemoveFolder(work);
        }
    }

    private CollectionState Search(ObjectNameSet names, AnnouncedRoot announced, MarkOutcome mark, long catalogs)
    {
        long graceSince = RetentionRule.Of(request, settings.AutomaticCollectionAge, began).GraceSince;
        GarbageSearch search = new(subject, names, graceSince, cancellation);
        using CondemnedList condemned = new(folder);
        using (Report(CollectionStage.Searching, () => (search.Seen, null)))
        {
            search.Run(condemned);
        }

        CollectionOutcome found = new()
        {
            Repository = request.Repository,
            Finished = 0,
            Seconds = 0,
            IsDryRun = request.IsDryRun,
            IsResumed = false,
            KeptRevisions = mark.Revisions,
            DroppedRevisions = mark.Dropped.Count(name => name.Kind == ObjectKind.Catalog),
            KeptCatalogs = catalogs,
            KeptObjects = search.Needed,
            SeenObjects = search.Seen,
            YoungObjects = search.Young,
            DeletedObjects = condemned.Count,
            DeletedBytes = condemned.Bytes,
        };
        return new CollectionState
        {
            Manifest = announced.Version.Token,
            Wish = Wish,
            Made = began.ToUnixTimeSeconds(),
            Found = found,
            Total = condemned.Count,
        };
    }

    private CollectionOutcome Preview(CollectionState state)
    {
        using (DeletionLog log = new(path: null, request.Listed))
        {
            log.Add(CondemnedList.Read(folder, after: 0).Select(condemned => condemned.Name));
        }

        CondemnedList.Delete(folder);
        return Finish(state.Found);
    }

    // Null where another list is needed, because something was published since an interrupted collection.
    private CollectionOutcome? Sweep(CollectionState state, AnnouncedRoot announced, MarkOutcome? mark, Remarking? remarking, MarkVisitor? visitor)
    {
        using DeletionLog log = new(request.DeletionLog ?? settings.DeletionLog, request.Listed);
        Sweep sweep = new(subject, log, folder, state, remarking, request.Note, cancellation);
        log.Begin(began);
        subject.BeginSweep();
        bool isDone;
        using (Report(CollectionStage.Sweeping, () => (sweep.Done, state.Total)))
        {
            isDone = sweep.Run(announced, mark?.Dropped ?? []);
        }

        log.End(context.Clock.GetUtcNow());
        if (!isDone)
        {
            return null;
        }

        subject.EndSweep(visitor?.IsBroken == true);
        CollectionState.Delete(folder);
        CondemnedList.Delete(folder);
        return Finish(state.Found with { DeletedObjects = sweep.State.Deleted - sweep.State.Spared, DeletedBytes = sweep.State.DeletedBytes });
    }

    private CollectionOutcome Finish(CollectionOutcome found) => found with
    {
        Finished = context.Clock.GetUtcNow().ToUnixTimeSeconds(),
        Seconds = context.Clock.GetElapsedTime(beganTicks).TotalSeconds,
    };

    private Timer Report(CollectionStage stage, Func<(long Done, long? Total)> read) => new(
        _ =>
        {
            (long done, long? total) = read();
            request.Progress(new CollectionProgress(stage, done, total));
        },
        state: null,
        ProgressInterval,
        ProgressInterval);

    // A source may lack a revision that has a name; a snapshot warns of that and goes on. At its source, where it is published, it must be there.
    private bool IsHere(ObjectHash root) =>
        !subject.IsReplica || Blocking.Wait(subject.Store.ExistsAsync(ObjectKey.Of(new ObjectName(root, ObjectKind.Catalog)), cancellation));

    private static void RemoveFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
