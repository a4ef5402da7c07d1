using Strato.Core;
using Strato.Publishing.Objects;

namespace Strato.Publishing.Replication;

/// <summary>Shows monitors that a snapshot is under way: the file <c>.cvmfs_is_snapshotting</c>.</summary>
internal sealed class Marking : IDisposable
{
    private readonly ReplicaSession session;

    public Marking(ReplicaSession session)
    {
        this.session = session;
        StatusDocument.Mark(session.Store, StatusDocument.IsSnapshotting, session.Context.Clock.GetUtcNow());
    }

    public void Dispose()
    {
        try
        {
            Blocking.Wait(session.Store.DeleteAsync([StatusDocument.IsSnapshotting], CancellationToken.None));
        }
        catch (StratoException error)
        {
            // The snapshot's own success or failure is what counts; the next one removes the file.
            session.Context.Warn(error.Message);
        }
    }
}
