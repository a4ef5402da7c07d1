using Strato.Posix.Native;

namespace Strato.Posix;

/// <summary>Advice to the file system on where to put things.</summary>
public static unsafe class Allocation
{
    // Both numbers name a long, and both calls pass an int (linux/fs.h).
    private const uint GetFlags = 0x80086601;
    private const uint SetFlags = 0x40086602;
    private const int TopDirectory = 0x00020000;

    /// <summary>
    /// Has directories that are made in this one from now on put far from each other (FS_TOPDIR_FL, what <c>chattr +T</c> sets), and so what is
    /// made in them. ext4 heeds it; others answer ENOTTY, EOPNOTSUPP or EINVAL.
    /// </summary>
    public static Errno SpreadDirectories(FileDescriptor directory)
    {
        using DescriptorLease lease = new(directory);
        int flags = 0;
        Errno errno = LibC.Check(LibC.IoControl(lease.Value, GetFlags, &flags));
        if (errno != Errno.None)
        {
            return errno;
        }

        flags |= TopDirectory;
        return LibC.Check(LibC.IoControl(lease.Value, SetFlags, &flags));
    }
}
