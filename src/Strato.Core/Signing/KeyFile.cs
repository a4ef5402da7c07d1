using System.Text;
using Strato.Posix;

namespace Strato.Core.Signing;

/// <summary>Writes key files so that a crash or a loss of power leaves a whole file or none, and nobody but the owner ever sees a private one.</summary>
public static class KeyFile
{
    /// <summary>Writes a file where none is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">Its permissions from the first moment on.</param>
    /// <exception cref="PosixException">It exists, or cannot be written.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, uint mode) => Write(path, content, mode, replaces: false);

    /// <summary>Writes a file, which may exist.</summary>
    /// <inheritdoc cref="WriteNew"/>
    public static void Replace(string path, ReadOnlySpan<byte> content, uint mode) => Write(path, content, mode, replaces: true);

    /// <summary>Puts one file in the place of another.</summary>
    /// <exception cref="PosixException">It cannot be done.</exception>
    public static void Move(string from, string to)
    {
        PosixPath.Rename(null, Bytes(from), null, Bytes(to), replace: true).ThrowIfFailed("put a key in place:", Bytes(to));
        SyncDirectory(to);
    }

    /// <summary>Removes a file that may be there.</summary>
    /// <exception cref="PosixException">It cannot be removed.</exception>
    public static void Remove(string path)
    {
        Errno errno = PosixPath.Unlink(null, Bytes(path));
        if (errno != Errno.ENOENT)
        {
            errno.ThrowIfFailed("remove", Bytes(path));
            SyncDirectory(path);
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content, uint mode, bool replaces)
    {
        byte[] staged = Bytes(path + ".new");
        Errno stale = PosixPath.Unlink(null, staged);
        if (stale != Errno.ENOENT)
        {
            stale.ThrowIfFailed("remove what an interrupted try left:", staged);
        }

        PosixFile.Open(null, staged, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, out FileDescriptor? file, mode)
            .ThrowIfFailed("make", staged);
        try
        {
            using (file)
            {
                // The umask may have taken what everybody is to read.
                PosixFile.SetPermissions(file!, mode).ThrowIfFailed("set the mode of", staged);
                PosixFile.WriteAll(file!, content).ThrowIfFailed("write", staged);
                Durability.Sync(file!).ThrowIfFailed("write", staged);
            }

            PosixPath.Rename(null, staged, null, Bytes(path), replaces).ThrowIfFailed("put in place", Bytes(path));
        }
        catch
        {
            _ = PosixPath.Unlink(null, staged);
            throw;
        }

        SyncDirectory(path);
    }

    private static void SyncDirectory(string path)
    {
        byte[] directory = Bytes(Path.GetDirectoryName(Path.GetFullPath(path))!);
        PosixFile.Open(null, directory, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? opened).ThrowIfFailed("open", directory);
        using (opened)
        {
            Durability.Sync(opened!).ThrowIfFailed("bring to the disk:", directory);
        }
    }

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path);
}
