using Strato.Client.Revisions;

namespace Strato.Client.Attachments;

/// <summary>
/// One attachment as a successor process needs it, to show the same nodes at the same revision: node records refer to the number, node ids are
/// computed from the identity, and the rest opens it again without asking a server. Immutable; serializable.
/// </summary>
public sealed record SavedAttachment
{
    /// <summary>The number by which node records refer to it; 65535 where none does.</summary>
    public required ushort Number { get; init; }

    /// <summary>Its name below the mount's root; empty where it is the root.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required AttachmentIdentity Identity { get; init; }

    /// <summary>Parameters for this attachment alone, as <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether it was made through the control socket, and so is never listed.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>The revision that was shown.</summary>
    public required ulong Revision { get; init; }

    /// <summary>What has been shown, this revision included, in the order in which it was: what is held of it is answered from there.</summary>
    public IReadOnlyList<SavedRevision> Shown { get; init; } = [];

    /// <summary>Whether the kernel may not have been told yet that this revision is shown.</summary>
    public bool IsNoticeDue { get; init; }

    /// <summary>Its root catalog, which had been verified; empty where the attachment was known but not open.</summary>
    public required string RootHash { get; init; }
}
