namespace Strato.Fuse.Handover;

/// <summary>What a message between daemon and holder says. Numbers never change their meaning; each side passes over those that it does not know.</summary>
internal enum HandoverMessageType : ushort
{
    /// <summary>To the holder: keep the descriptor that comes along under this tag, in place of what the tag had.</summary>
    Keep = 1,

    /// <summary>To the holder: all that a successor needs is there; from now on the daemon is restarted. Answered by <see cref="Held"/>.</summary>
    Commit = 2,

    /// <summary>To the holder: this daemon reads requests.</summary>
    Serving = 3,

    /// <summary>To the holder: this daemon is about to end for a successor.</summary>
    Depart = 4,

    /// <summary>To the holder: the mount is over, or another holder has it. Close everything and end.</summary>
    Leave = 5,

    /// <summary>To the daemon, first: the holder's build as text, and how many daemons there were before as the number.</summary>
    Welcome = 16,

    /// <summary>To the daemon: a descriptor that is kept under this tag.</summary>
    Kept = 17,

    /// <summary>To the daemon: no more are kept.</summary>
    Complete = 18,

    /// <summary>To the daemon: the answer to <see cref="Commit"/>.</summary>
    Held = 19,
}
