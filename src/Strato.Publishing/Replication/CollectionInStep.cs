using Strato.Core;
using Strato.Publishing.Collecting;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Replication;

/// <summary>
/// Collects a replica's garbage after a snapshot where its settings ask for it (CVMFS_AUTO_GC), its last collection is long enough ago (CVMFS_AUTO_GC_LAPSE), and
/// the source, if it tells when it collected (<c>last_gc</c>), has done so since then. One thread.
/// </summary>
internal sealed class CollectionInStep
{
    private const string NoteName = "source";

    private readonly string repository;
    private readonly string note;
    private readonly string? told;

    private CollectionInStep(string repository, string note, string? told)
    {
        this.repository = repository;
        this.note = note;
        this.told = told;
    }

    /// <summary>Finds out whether it is time, after a snapshot; null where it is not.</summary>
    public static CollectionInStep? Plan(ReplicaSession session)
    {
        string name = session.Settings.Name;
        RepositorySettings settings = session.Context.Home.Load(name);
        if (!settings.CollectsAutomatically
            || HeldRoot.Read(session.Store, session.Cancellation) is not { Manifest.IsGarbageCollectable: true }
            || !AutomaticCollection.IsDue(name, settings, session.Context))
        {
            return null;
        }

        // By the source's own words: whether its clock is right does not matter.
        string file = Path.Combine(session.Context.Home.Places(name).Collection, NoteName);
        string? last = session.Source.FetchLastCollection(session.Cancellation);
        return last is not null && File.Exists(file) && File.ReadAllText(file) == last ? null : new CollectionInStep(name, file, last);
    }

    /// <summary>Collects, the session being closed, which snapshots and collections share a lock with. What goes wrong is a warning: the snapshot stands.</summary>
    public CollectionOutcome? Run(SnapshotRequest request, OperationContext context)
    {
        try
        {
            CollectionOutcome outcome = GarbageCollection.Run(
                new CollectionRequest { Repository = repository, Progress = request.Collecting, Note = context.Warn }, context);
            if (told is not null)
            {
                File.WriteAllText(note, told);
            }

            return outcome;
        }
        catch (Exception error) when (error is StratoException or IOException)
        {
            context.Warn($"garbage was not collected: {error.Message}");
            return null;
        }
    }
}
