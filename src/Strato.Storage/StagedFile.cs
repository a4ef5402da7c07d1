using System.Text;
using Strato.Posix;

namespace Strato.Storage;

/// <summary>
/// A file that is being written in the staging area: without a name where the file system can do that, so that nothing is left of it when
/// the writer dies; under its session's name elsewhere. Disposing it drops what was not put in place.
/// </summary>
internal sealed class StagedFile(FileDescriptor root, FileDescriptor file, string? name) : IDisposable
{
    private const int NameLength = 256;
    private string? name = name;

    public FileDescriptor File => file;

    /// <summary>Gives the file its place in one step; EEXIST where that is taken, ENOENT where its directory is missing.</summary>
    public Errno Place(ReadOnlySpan<byte> path)
    {
        if (name is null)
        {
            return PosixPath.LinkDescriptor(file, root, path);
        }

        ReadOnlySpan<byte> staged = Encode(name, stackalloc byte[NameLength]);
        Errno errno = PosixPath.Rename(root, staged, root, path, replace: false);
        if (errno == Errno.None)
        {
            name = null;
        }

        // Network file systems know no rename that refuses to replace, but linking refuses everywhere; disposal drops the staged name.
        return errno == Errno.EINVAL ? PosixPath.Link(root, staged, root, path) : errno;
    }

    public void Dispose()
    {
        file.Dispose();
        if (name is not null)
        {
            // Where this fails the next session sweeps it.
            _ = PosixPath.Unlink(root, Encode(name, stackalloc byte[NameLength]));
        }
    }

    private static ReadOnlySpan<byte> Encode(string path, Span<byte> buffer) => buffer[..Encoding.ASCII.GetBytes(path, buffer)];
}
