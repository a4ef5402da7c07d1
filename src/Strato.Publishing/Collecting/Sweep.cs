using Strato.Core;
using Strato.Core.Hashing;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>
/// Deletes what is in the list, in batches. While one is deleted nobody publishes, and each begins with a look whether somebody has: then what that
/// needs is marked first. One thread; <see cref="Done"/> is safe on any.
/// </summary>
/// <param name="subject">What is swept.</param>
/// <param name="log">Told the names before they are deleted.</param>
/// <param name="folder">Where the list is, and where the state is kept.</param>
/// <param name="state">Where the list stands.</param>
/// <param name="remarking">Marks what comes; null where the marks are gone, so that another list is needed then.</param>
/// <param name="note">Told what a person may want to know.</param>
/// <param name="cancellation">Ends it between two batches.</param>
internal sealed class Sweep(
    ICollectable subject, DeletionLog log, string folder, CollectionState state, Remarking? remarking, Action<string> note, CancellationToken cancellation)
{
    /// <summary>Few enough that a publisher may wait for it, and within what one request to an object store deletes.</summary>
    private const int BatchLength = 500;

    /// <summary>Between two batches, for a publisher that waits: the lock goes to whoever asks first.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(2);

    private long done = state.Deleted;
    private bool isStored;

    /// <summary>Objects of the list that are done with.</summary>
    public long Done => Volatile.Read(ref done);

    /// <summary>Where the list stands.</summary>
    public CollectionState State { get; private set; } = state;

    /// <summary>Sweeps; false where another list is needed.</summary>
    /// <param name="announced">What the list was made for.</param>
    /// <param name="dropped">What leaves the reflog before.</param>
    public bool Run(AnnouncedRoot announced, IReadOnlyList<ObjectName> dropped)
    {
        // Out of the reflog first: then nobody can give these revisions a name any more. On a full disk that has to wait.
        StratoException? failure = null;
        isStored = true;
        try
        {
            announced = Drop(announced, dropped);
        }
        catch (StratoException error)
        {
            note($"the reflog cannot be written yet ({error.Message}); it is tried again when some space is free");
            failure = error;
            isStored = false;
        }

        Store(announced);
        if (!SweepAll(ref announced))
        {
            return false;
        }

        if (failure is not null)
        {
            Drop(announced, dropped);
        }

        return true;
    }

    private AnnouncedRoot Drop(AnnouncedRoot announced, IReadOnlyList<ObjectName> dropped)
    {
        if (dropped.Count == 0)
        {
            return announced;
        }

        while (true)
        {
            if (subject.TryDrop(announced, dropped, cancellation) is { } version)
            {
                return announced with { Version = version };
            }

            announced = Remark();
        }
    }

    private bool SweepAll(ref AnnouncedRoot announced)
    {
        foreach (CondemnedObject[] batch in CondemnedList.Read(folder, State.Deleted).Chunk(BatchLength))
        {
            cancellation.ThrowIfCancellationRequested();
            while (!TryDelete(announced, batch))
            {
                if (remarking is null)
                {
                    return false;
                }

                announced = Remark();
            }

            Volatile.Write(ref done, done + batch.Length);
            Thread.Sleep(Gap);
        }

        return true;
    }

    private bool TryDelete(AnnouncedRoot announced, CondemnedObject[] batch)
    {
        using IDisposable alone = subject.KeepWritersOut(cancellation);
        if (!announced.IsCurrent(subject.Store, cancellation))
        {
            return false;
        }

        List<CondemnedObject> unneeded = [.. batch.Where(condemned => remarking?.IsSpared(condemned.Name) != true)];
        log.Add(unneeded.Select(condemned => condemned.Name));
        Blocking.Wait(subject.Store.DeleteAsync([.. unneeded.Select(condemned => ObjectKey.Of(condemned.Name))], CancellationToken.None));
        State = State with { Deleted = State.Deleted + batch.Length, DeletedBytes = State.DeletedBytes + unneeded.Sum(condemned => condemned.Length), Spared = State.Spared + batch.Length - unneeded.Count };
        Store(announced);
        return true;
    }

    // The list without the late marks is worth nothing to the next collection.
    private AnnouncedRoot Remark()
    {
        isStored = false;
        CollectionState.Delete(folder);
        AnnouncedRoot announced = AnnouncedRoot.Read(subject.Store, cancellation);
        remarking!.Run(announced);
        return announced;
    }

    private void Store(AnnouncedRoot announced)
    {
        State = State with { Manifest = announced.Version.Token };
        if (isStored)
        {
            State.Write(folder);
        }
    }
}
