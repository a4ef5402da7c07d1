using Strato.Client.Attachments;
using Strato.Client.Revisions;

namespace Strato.Tests.Client;

/// <summary>Opens what a test gives, and counts what is opened and closed. Numbers are taken as a true one does.</summary>
internal sealed class FakeOpener(Func<AttachmentPlace, Attachment> attach) : IAttachmentOpener
{
    private int opened;
    private int closed;

    /// <summary>How often something was opened, or tried to be.</summary>
    public int Opened => Volatile.Read(ref opened);

    public int Closed => Volatile.Read(ref closed);

    /// <summary>What openings wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task<IAttachedRepository> OpenAsync(AttachmentPlace place, Func<ushort> number, bool acceptsOlder, CancellationToken cancellation)
    {
        Interlocked.Increment(ref opened);
        await Gate.WaitAsync(cancellation);
        Attachment attachment = attach(place);
        number();
        return new FakeRepository(this, attachment);
    }

    private sealed class FakeRepository(FakeOpener owner, Attachment attachment) : IAttachedRepository
    {
        public Attachment Attachment => attachment;

        public RevisionWatcher? Watcher => null;

        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref owner.closed);
            return ValueTask.CompletedTask;
        }
    }
}
