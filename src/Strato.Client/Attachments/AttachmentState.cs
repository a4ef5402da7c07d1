namespace Strato.Client.Attachments;

/// <summary>How far a name below the mount's root is (docs/designs/013-one-filesystem.md).</summary>
internal enum AttachmentState
{
    /// <summary>Nothing is open, and nobody has asked.</summary>
    Detached,

    /// <summary>Its repository is being verified and opened; who asks waits for the same attempt.</summary>
    Attaching,

    /// <summary>It is shown.</summary>
    Attached,

    /// <summary>It could not be attached; until a time it is not tried again.</summary>
    Refused,

    /// <summary>It is being let go; who asks waits for the end of that and then attaches it again.</summary>
    Detaching,
}
