using Strato.Core.Hashing;
using Strato.Publishing.Committing;
using Strato.Publishing.Objects;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;

namespace Strato.Publishing.Collecting;

/// <summary>A repository that is published here: its manifest, which names the reflog's checksum, is signed anew.</summary>
internal sealed class CollectableRepository(string name, OperationContext context, Action<string> note) : ICollectable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly RepositoryPlaces places = context.Home.Places(name);
    private readonly OnceToldNote busy = new(name, note);

    public string Name => name;

    public IObjectStore Store { get; } = context.Stores.Open(context.Home.Load(name));

    public bool IsReplica => false;

    // Publishers look whether objects are there, not what a catalog stands for, and go on between two batches.
    public IDisposable Begin(CancellationToken cancellation) => NothingHeld.Instance;

    public void BeginSweep()
    {
    }

    public void EndSweep(bool isBroken)
    {
    }

    public IDisposable KeepWritersOut(CancellationToken cancellation) => SweepLock.TakeAlone(places, busy.Tell, cancellation);

    public ObjectVersion? TryDrop(AnnouncedRoot seen, IReadOnlyCollection<ObjectName> references, CancellationToken cancellation)
    {
        while (true)
        {
            using (KeepWritersOut(cancellation))
            using (RepositorySession? session = RepositorySession.TryOpenWithin(context, name))
            {
                if (session is not null)
                {
                    if (session.Root.Version != seen.Version)
                    {
                        return null;
                    }

                    ObjectHash checksum = ReflogBytes.Shrink(session, references);
                    ManifestSwap.Run(session, session.Manifest with { Reflog = checksum, Timestamp = session.Now });
                    return session.Root.Version;
                }
            }

            busy.Tell();
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => Blocking.Wait(Store.DisposeAsync());
}
