using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>Removes trees whose names are any bytes, which the base library cannot. It never enters what is mounted below the place.</summary>
public static class TreeRemoval
{
    /// <summary>Removes an entry and everything below it; what is gone already is no error. Throws <see cref="PosixException"/> otherwise.</summary>
    public static void Remove(FileDescriptor? directory, ReadOnlySpan<byte> path)
    {
        Errno errno = PosixPath.GetStatus(directory, path, out FileStatus status);
        if (errno == Errno.ENOENT)
        {
            return;
        }

        errno.ThrowIfFailed("stat", path);
        Remove(directory, path, status.Type, status.Device);
    }

    private static void Remove(FileDescriptor? parent, ReadOnlySpan<byte> name, FileType type, ulong device)
    {
        if (type != FileType.Directory)
        {
            PosixPath.Unlink(parent, name).ThrowIfFailed("remove", name);
            return;
        }

        Errno errno = Open(parent, name, out FileDescriptor? directory);
        if (errno == Errno.EACCES)
        {
            PosixPath.SetPermissions(parent, name, TreeBuilder.DirectoryPermissions).ThrowIfFailed("set mode of", name);
            errno = Open(parent, name, out directory);
        }

        errno.ThrowIfFailed("open", name);
        using (directory)
        {
            PosixFile.GetStatus(directory!, out FileStatus status).ThrowIfFailed("stat", name);
            if (status.Device != device)
            {
                throw new PosixException(Errno.EBUSY, "something is still mounted in a tree that is to be removed");
            }

            foreach ((byte[] child, FileType childType) in List(directory!, name))
            {
                Remove(directory, child, childType, device);
            }
        }

        PosixPath.RemoveDirectory(parent, name).ThrowIfFailed("remove", name);
    }

    private static Errno Open(FileDescriptor? parent, ReadOnlySpan<byte> name, out FileDescriptor? directory) =>
        PosixFile.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out directory);

    private static List<(byte[] Name, FileType Type)> List(FileDescriptor directory, ReadOnlySpan<byte> path)
    {
        List<(byte[], FileType)> children = [];
        using DirectoryReader reader = new(directory);
        while (true)
        {
            reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("list", path);
            if (!found)
            {
                return children;
            }

            children.Add((item.Name.ToArray(), item.Type));
        }
    }
}
