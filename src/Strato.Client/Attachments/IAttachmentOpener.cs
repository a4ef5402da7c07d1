using Strato.Core;

namespace Strato.Client.Attachments;

/// <summary>Verifies and opens repositories. Safe on all threads.</summary>
internal interface IAttachmentOpener
{
    /// <summary>
    /// Opens a repository for a place. Throws <see cref="UnknownRepositoryException"/> where there is none of that name, another
    /// <see cref="StratoException"/> where it cannot be had or trusted.
    /// </summary>
    /// <param name="place">Which repository, and how.</param>
    /// <param name="number">Gives the attachment its number; called once everything else has succeeded.</param>
    /// <param name="acceptsOlder">Whether a revision is taken that is older than one already seen.</param>
    /// <param name="cancellation">The mount goes.</param>
    Task<IAttachedRepository> OpenAsync(AttachmentPlace place, Func<ushort> number, bool acceptsOlder, CancellationToken cancellation);
}
