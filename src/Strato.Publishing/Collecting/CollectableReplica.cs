using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Reflog;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Replication;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>
/// A copy of a repository that is published elsewhere: it has a reflog of its own and no keys, and its manifest stays as it is. Snapshots wait until a
/// collection that deletes is over: they trust catalogs, which while one deletes need not stand for all below them.
/// </summary>
internal sealed class CollectableReplica(string name, OperationContext context, Action<string> note) : ICollectable
{
    private readonly RepositoryPlaces places = context.Home.Places(name);
    private readonly OnceToldNote busy = new(name, note);
    private readonly DoubtMarker doubt = new(context.Home.Places(name).Folder);

    public string Name => name;

    public IObjectStore Store { get; } = context.Stores.Open(context.Home.Load(name));

    public bool IsReplica => true;

    public IDisposable Begin(CancellationToken cancellation) => SweepLock.TakeAlone(places, busy.Tell, cancellation);

    public void BeginSweep() => doubt.BeginSweep();

    public void EndSweep(bool isBroken)
    {
        if (!isBroken)
        {
            // No object may be gone after a loss of power while a catalog that needed it is there again.
            Blocking.Wait(Store.FlushAsync(context.Cancellation));
            doubt.EndSweep();
        }
    }

    public IDisposable KeepWritersOut(CancellationToken cancellation) => NothingHeld.Instance;

    public ObjectVersion? TryDrop(AnnouncedRoot seen, IReadOnlyCollection<ObjectName> references, CancellationToken cancellation)
    {
        if (!seen.IsCurrent(Store, cancellation))
        {
            return null;
        }

        VersionedBytes present = Blocking.Wait(Store.ReadAsync(ObjectKey.Reflog, (int)ReflogDatabase.MaxLength, cancellation))
            ?? throw new StratoException($"{Store.Location} has no {ObjectKey.Reflog}");
        byte[] image;
        using (ReflogEditor editor = ReflogEditor.Edit(present.Bytes.Span, places.Collection))
        {
            foreach (ObjectName reference in references)
            {
                editor.Remove(reference);
            }

            image = editor.Seal();
        }

        return ConfirmedSwap.Run(Store, ObjectKey.Reflog, present.Version, image).Swapped
            ? seen.Version
            : throw new StratoException($"the reflog of {name} was changed by somebody else meanwhile; try again");
    }

    public void Dispose() => Blocking.Wait(Store.DisposeAsync());
}
