using Strato.Client.Revisions;

namespace Strato.Client.Attachments;

/// <summary>A repository that has been verified and opened. Disposing closes everything; nobody may use the attachment any more.</summary>
internal interface IAttachedRepository : IAsyncDisposable
{
    Attachment Attachment { get; }

    /// <summary>Moves it on; null where it is pinned or does not move.</summary>
    RevisionWatcher? Watcher { get; }
}
