namespace Strato.Mounting;

/// <summary>What a process is to the mount that it serves.</summary>
internal enum MountRole
{
    /// <summary>The user's own process, which stays where it was started.</summary>
    Foreground,

    /// <summary>The second process of a mount in the background.</summary>
    Daemon,

    /// <summary>A process that a holder started because the one before it has ended.</summary>
    Successor,
}
