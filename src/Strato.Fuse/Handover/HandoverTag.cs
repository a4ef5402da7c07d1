namespace Strato.Fuse.Handover;

/// <summary>
/// What a kept descriptor is for. The holder itself uses those that are named here; all others it keeps for the daemon, which names them as it
/// likes from <see cref="FirstOfFileSystem"/> on. Numbers never change their meaning.
/// </summary>
public static class HandoverTag
{
    /// <summary>/dev/fuse, mounted and initialized.</summary>
    public const uint Device = 1;

    /// <summary>The <see cref="HandoverBoard"/>.</summary>
    public const uint Board = 2;

    /// <summary>The daemon's pidfd. It is not given to a successor.</summary>
    public const uint Process = 3;

    /// <summary>The first tag that means something to the file system only.</summary>
    public const uint FirstOfFileSystem = 16;
}
