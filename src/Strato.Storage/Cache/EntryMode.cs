using Strato.Posix;

namespace Strato.Storage.Cache;

/// <summary>
/// The permissions of an entry's file: readable for the owner alone, and with the sticky bit while it is pinned. A bit of the inode is
/// seen with the status that an eviction reads anyway, by every process, and outlives them all.
/// </summary>
internal static class EntryMode
{
    public const uint Ordinary = 0x100; // 0400

    private const uint Sticky = 0x200;

    public const uint Pinned = Ordinary | Sticky;

    public static bool IsPinned(in FileStatus status) => (status.Permissions & Sticky) != 0;
}
