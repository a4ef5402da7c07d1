namespace Strato.Posix;

/// <summary>One line of /proc/self/mountinfo.</summary>
/// <param name="Major">The major number of the file system's device; 0 for those without one.</param>
/// <param name="Minor">Its minor number; of a FUSE file system the name of its folder in /sys/fs/fuse/connections.</param>
/// <param name="Root">Which directory of the file system is mounted: <c>/</c>, or the one that was bind-mounted.</param>
/// <param name="MountPoint">The canonical path, as bytes.</param>
/// <param name="Type">Such as <c>ext4</c> or <c>fuse.strato</c>.</param>
/// <param name="Source">What the file system says of where it comes from.</param>
/// <param name="Options">The mount's own options and those of its superblock, comma separated.</param>
public sealed record MountEntry(uint Major, uint Minor, byte[] Root, byte[] MountPoint, string Type, byte[] Source, string Options)
{
    /// <summary>True for FUSE, with or without a subtype; false for fusectl.</summary>
    public bool IsFuse => Type is "fuse" or "fuseblk" || Type.StartsWith("fuse.", StringComparison.Ordinal);
}
