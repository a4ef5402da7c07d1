namespace Strato.Posix;

/// <summary>Removes directories with all that is in them, whatever the names are and however deep they are nested. It never enters what is mounted below.</summary>
public static class DirectoryRemoval
{
    private const uint OwnerAll = 0x1C0;

    /// <summary>
    /// Removes a directory and everything below it; one that is not there is removed. What can be removed is, also where something cannot; the first
    /// failure is answered, EBUSY for something that is mounted.
    /// </summary>
    /// <param name="path">The directory. A symbolic link in its place is removed itself.</param>
    public static Errno Run(ReadOnlySpan<byte> path)
    {
        Errno errno = PosixPath.GetStatus(null, path, out FileStatus status);
        return errno switch
        {
            Errno.ENOENT => Errno.None,
            Errno.None => Remove(null, path, status.Type, status.Device),
            _ => errno,
        };
    }

    private static Errno Remove(FileDescriptor? parent, ReadOnlySpan<byte> name, FileType type, ulong device)
    {
        Errno removed = type == FileType.Directory ? Empty(parent, name, device) : Errno.None;
        if (removed != Errno.None)
        {
            return removed;
        }

        Errno errno = type == FileType.Directory ? PosixPath.RemoveDirectory(parent, name) : PosixPath.Unlink(parent, name);
        return errno == Errno.ENOENT ? Errno.None : errno;
    }

    private static Errno Empty(FileDescriptor? parent, ReadOnlySpan<byte> name, ulong device)
    {
        Errno errno = Open(parent, name, out FileDescriptor? directory);
        if (errno == Errno.EACCES && PosixPath.SetPermissions(parent, name, OwnerAll) == Errno.None)
        {
            errno = Open(parent, name, out directory);
        }

        if (errno != Errno.None)
        {
            return errno == Errno.ENOENT ? Errno.None : errno;
        }

        using (directory)
        {
            errno = PosixFile.GetStatus(directory!, out FileStatus status);
            if (errno != Errno.None || status.Device != device)
            {
                return errno == Errno.None ? Errno.EBUSY : errno;
            }

            Errno first = List(directory!, out List<(byte[] Name, FileType Type)> children);
            foreach ((byte[] child, FileType childType) in children)
            {
                errno = Remove(directory, child, childType, device);
                first = first == Errno.None ? errno : first;
            }

            return first;
        }
    }

    private static Errno Open(FileDescriptor? parent, ReadOnlySpan<byte> name, out FileDescriptor? directory) =>
        PosixFile.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out directory);

    // A whole listing first: removing while listing may skip names.
    private static Errno List(FileDescriptor directory, out List<(byte[] Name, FileType Type)> children)
    {
        children = [];
        using DirectoryReader reader = new(directory);
        while (true)
        {
            Errno errno = reader.Read(out DirectoryItem item, out bool found);
            if (errno != Errno.None || !found)
            {
                return errno;
            }

            FileType type = item.Type;
            if (type == FileType.Unknown)
            {
                errno = PosixPath.GetStatus(directory, item.Name, out FileStatus status);
                if (errno != Errno.None)
                {
                    continue;
                }

                type = status.Type;
            }

            children.Add((item.Name.ToArray(), type));
        }
    }
}
