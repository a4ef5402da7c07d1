using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Reflog;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>
/// A copy of a repository that is published elsewhere: it has a reflog of its own and no keys, and its manifest stays as it is. Whoever changes it holds the
/// publisher's lock of the same home.
/// </summary>
internal sealed class CollectableReplica(string name, OperationContext context, Action<string> note) : ICollectable
{
    private readonly RepositoryPlaces places = context.Home.Places(name);
    private readonly OnceToldNote busy = new(name, note);

    public string Name => name;

    public IObjectStore Store { get; } = context.Stores.Open(context.Home.Load(name));

    public IDisposable KeepWritersOut(CancellationToken cancellation) => SweepLock.TakeAlone(places, busy.Tell, cancellation);

    public ObjectVersion? TryDrop(AnnouncedRoot seen, IReadOnlyCollection<ObjectName> references, CancellationToken cancellation)
    {
        using IDisposable alone = KeepWritersOut(cancellation);
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
