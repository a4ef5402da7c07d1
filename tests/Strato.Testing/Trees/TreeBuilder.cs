using System.Diagnostics;
using System.Text;
using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>
/// Makes entries below a folder, by byte paths relative to it and without a leading slash. Every entry gets a fixed modification time unless told
/// another; those of directories are set when the builder is disposed, after their content. Any failure throws <see cref="PosixException"/>.
/// </summary>
public sealed class TreeBuilder : IDisposable
{
    /// <summary>rw-r--r--</summary>
    public const uint FilePermissions = 0b110_100_100;

    /// <summary>rwxr-xr-x</summary>
    public const uint DirectoryPermissions = 0b111_101_101;

    /// <summary>2024-02-29 12:34:56 UTC, what entries get as their time.</summary>
    public static readonly Timestamp DefaultTime = new(1_709_210_096, 0);

    private readonly byte[] folder;
    private readonly FileDescriptor root;
    private readonly List<(byte[] Path, Timestamp Time)> directoryTimes = [];

    /// <summary>Builds in a folder, which is made where it is missing.</summary>
    public TreeBuilder(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        this.folder = Encoding.UTF8.GetBytes(folder);
        PosixFile.Open(null, this.folder, OpenFlags.Path | OpenFlags.Directory, out FileDescriptor? opened).ThrowIfFailed("open", this.folder);
        root = opened!;
    }

    public void Directory(ReadOnlySpan<byte> path, uint permissions = DirectoryPermissions, Timestamp? time = null)
    {
        PosixPath.MakeDirectory(root, path, DirectoryPermissions).ThrowIfFailed("make directory", path);
        PosixPath.SetPermissions(root, path, permissions).ThrowIfFailed("set mode of", path);
        directoryTimes.Add((path.ToArray(), time ?? DefaultTime));
    }

    /// <summary>Makes a regular file, or replaces the content of one in place.</summary>
    public void File(ReadOnlySpan<byte> path, ReadOnlySpan<byte> content, uint permissions = FilePermissions, Timestamp? time = null)
    {
        PosixFile.Open(root, path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, out FileDescriptor? file, FilePermissions)
            .ThrowIfFailed("create", path);
        using (file)
        {
            PosixFile.WriteAll(file!, content).ThrowIfFailed("write", path);
        }

        PosixPath.SetPermissions(root, path, permissions).ThrowIfFailed("set mode of", path);
        Time(path, time ?? DefaultTime);
    }

    /// <summary>Makes a regular file of a length with nothing in it: a hole from end to end.</summary>
    public void Sparse(ReadOnlySpan<byte> path, long length)
    {
        PosixFile.Open(root, path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, out FileDescriptor? file, FilePermissions)
            .ThrowIfFailed("create", path);
        using (file)
        {
            PosixFile.Truncate(file!, length).ThrowIfFailed("lengthen", path);
        }

        Time(path, DefaultTime);
    }

    public void SymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, Timestamp? time = null)
    {
        PosixPath.MakeSymbolicLink(target, root, path).ThrowIfFailed("link", path);
        Time(path, time ?? DefaultTime);
    }

    /// <summary>Gives an entry that exists another name.</summary>
    public void HardLink(ReadOnlySpan<byte> existing, ReadOnlySpan<byte> path) =>
        PosixPath.Link(root, existing, root, path).ThrowIfFailed("link", path);

    /// <summary>Makes a fifo, socket or device.</summary>
    public void Node(ReadOnlySpan<byte> path, FileType type, ulong device = 0, uint permissions = FilePermissions)
    {
        PosixPath.MakeNode(root, path, (uint)type | permissions, device).ThrowIfFailed("make node", path);
        PosixPath.SetPermissions(root, path, permissions).ThrowIfFailed("set mode of", path);
        Time(path, DefaultTime);
    }

    public void Permissions(ReadOnlySpan<byte> path, uint permissions) =>
        PosixPath.SetPermissions(root, path, permissions).ThrowIfFailed("set mode of", path);

    /// <summary>Sets owner and group of an entry, of a link itself. It clears set-user-id bits: set permissions after it.</summary>
    public void Owner(ReadOnlySpan<byte> path, uint uid, uint gid) =>
        PosixPath.SetOwner(root, path, uid, gid).ThrowIfFailed("set owner of", path);

    public void Attribute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        ExtendedAttributes.Set([.. folder, (byte)'/', .. path], name, value).ThrowIfFailed("set attribute of", path);

    /// <summary>Sets the modification time of what is not a directory made by this builder, or of such a one for when the builder is disposed.</summary>
    public void Time(ReadOnlySpan<byte> path, Timestamp time)
    {
        PosixPath.SetTimes(root, path, time, time).ThrowIfFailed("set time of", path);
        PosixPath.GetStatus(root, path, out FileStatus status).ThrowIfFailed("stat", path);
        if (status.Type == FileType.Directory)
        {
            directoryTimes.Add((path.ToArray(), time));
        }
    }

    /// <summary>Moves an entry; where the file system only renames files, as mv(1) does it.</summary>
    public void Rename(ReadOnlySpan<byte> path, ReadOnlySpan<byte> to)
    {
        Errno errno = PosixPath.Rename(root, path, root, to, replace: true);
        if (errno != Errno.EXDEV)
        {
            errno.ThrowIfFailed("rename", path);
            return;
        }

        string place = Encoding.UTF8.GetString(folder);
        using Process move = Process.Start("mv", ["--", Path.Combine(place, Encoding.UTF8.GetString(path)), Path.Combine(place, Encoding.UTF8.GetString(to))]);
        move.WaitForExit();
        (move.ExitCode == 0 ? Errno.None : Errno.EIO).ThrowIfFailed("move", path);
    }

    /// <summary>Removes an entry with everything below it.</summary>
    public void Remove(ReadOnlySpan<byte> path) => TreeRemoval.Remove(root, path);

    public void Dispose()
    {
        foreach ((byte[] path, Timestamp time) in directoryTimes)
        {
            // A directory may have been removed or moved since.
            Errno errno = PosixPath.SetTimes(root, path, time, time);
            if (errno is not Errno.ENOENT and not Errno.ENOTDIR)
            {
                errno.ThrowIfFailed("set time of", path);
            }
        }

        PosixPath.SetTimes(null, folder, DefaultTime, DefaultTime).ThrowIfFailed("set time of", folder);
        root.Dispose();
    }
}
