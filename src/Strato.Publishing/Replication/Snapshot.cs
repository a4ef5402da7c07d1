using Strato.Core;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// Brings a replica to its source's newest revision: <c>strato snapshot</c>. Until the manifest is swapped, readers
/// see the revision before, whole. See docs/designs/018-replication.md for what is on disk when.
/// </summary>
public static class Snapshot
{
    /// <summary>How often a source may publish and collect under a snapshot's hands before that is given up.</summary>
    private const int MaximumRestarts = 10;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Takes a snapshot.</summary>
    /// <exception cref="StratoException">It failed, or somebody else changes the replica; what it serves is as before.</exception>
    public static SnapshotOutcome Run(SnapshotRequest request, OperationContext context)
    {
        ReplicaSettings settings = Replicas.Load(context.Home, request.Repository);
        if (settings.IsPassThrough)
        {
            throw new StratoException($"{settings.Name} is a pass-through replica, which keeps nothing: there is nothing to snapshot");
        }

        try
        {
            SnapshotOutcome outcome;
            CollectionInStep? collection;
            using (ReplicaSession session = ReplicaSession.Open(settings, context))
            {
                outcome = Run(request, session);
                collection = CollectionInStep.Plan(session);
            }

            return outcome with { Collected = collection?.Run(request, context) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StratoException($"cannot snapshot {settings.Name}: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static SnapshotOutcome Run(SnapshotRequest request, ReplicaSession session)
    {
        SnapshotCounter counter = new();
        using Timer progress = new(_ => request.Progress(counter.Counts), null, ProgressInterval, ProgressInterval);
        HeldRoot? held = HeldRoot.Read(session.Store, session.Cancellation);
        session.Source.RequireReplicable(session.Cancellation);
        SourceRoot root = session.Source.FetchRoot(held, request.AcceptsOlder, session.Cancellation);
        bool isDoubtful = session.Doubt.IsDoubtful;
        SnapshotOutcome outcome;
        if (held is not null && !isDoubtful && held.ManifestBytes.Span.SequenceEqual(root.Manifest.Span))
        {
            outcome = Serve(session, held, root, counter);
        }
        else
        {
            using Marking marking = new(session);
            outcome = Copy(session, request, held, root, isDoubtful, counter);
        }

        session.EmptyWork();
        DateTimeOffset now = session.Context.Clock.GetUtcNow();
        StatusDocument.Set(session.Store, "last_snapshot", StatusDocument.Time(now), session.Cancellation);
        StatusDocument.Mark(session.Store, StatusDocument.LastSnapshot, now);
        return outcome;
    }

    private static SnapshotOutcome Copy(
        ReplicaSession session, SnapshotRequest request, HeldRoot? held, SourceRoot root, bool isDoubtful, SnapshotCounter counter)
    {
        session.Doubt.BeginSnapshot();
        Directory.CreateDirectory(session.Work);

        // The store's first write of a session removes what a loss of power damaged, before anything is taken for present.
        Blocking.Wait(Blocking.Wait(session.Store.CreateStagedAsync(session.Cancellation)).DisposeAsync());
        for (int restart = 0; ; restart++)
        {
            using RevisionPull pull = new(session, root, held, counter);
            try
            {
                pull.Run(trustsCatalogs: !isDoubtful);
            }
            catch (SourceLacksException) when (restart < MaximumRestarts && HasMovedOn(session, request, held, ref root))
            {
                continue;
            }

            if (pull.Missing.Count > 0 && restart < MaximumRestarts && HasMovedOn(session, request, held, ref root))
            {
                continue;
            }

            session.Doubt.Resolve();
            long now = session.Context.Clock.GetUtcNow().ToUnixTimeSeconds();
            ReplicaReflog.Extend(session.Store, session.Settings.Name, session.Work, pull.References, now, session.Cancellation);
            return Serve(session, held, root, counter) with { Tags = pull.Tags, Missing = pull.Missing };
        }
    }

    // A source that collects may delete what its former revision named. What was fetched stays useful.
    private static bool HasMovedOn(ReplicaSession session, SnapshotRequest request, HeldRoot? held, ref SourceRoot root)
    {
        SourceRoot next = session.Source.FetchRoot(held, request.AcceptsOlder, session.Cancellation);
        bool hasMovedOn = !next.Manifest.Span.SequenceEqual(root.Manifest.Span);
        root = next;
        return hasMovedOn;
    }

    // The whitelist goes first, as it may list the new manifest's certificate; the manifest goes last.
    private static SnapshotOutcome Serve(ReplicaSession session, HeldRoot? held, SourceRoot root, SnapshotCounter counter)
    {
        bool isChanged = held is null || !held.ManifestBytes.Span.SequenceEqual(root.Manifest.Span);
        if (held is null || !held.Whitelist.Span.SequenceEqual(root.Whitelist.Span))
        {
            ConfirmedSwap.Replace(session.Store, ObjectKey.Whitelist, root.Whitelist);
        }

        if (isChanged)
        {
            ConfirmedSwap.Replace(session.Store, ObjectKey.Manifest, root.Manifest);
        }

        Core.Manifests.Manifest manifest = root.Trusted.Manifest;
        return new SnapshotOutcome(
            session.Settings.Name, isChanged, manifest.Revision, manifest.RootCatalog.ToString(), Tags: 0, session.Source.CurrentServer, counter.Counts);
    }
}
