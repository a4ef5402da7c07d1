using Strato.Core;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Publishing.Pipeline;

/// <summary>Opens source files and tells whether they changed while they were read.</summary>
internal static class SourceFile
{
    /// <summary>How often a file is read before it counts as one that does not stop changing.</summary>
    public const int Attempts = 3;

    /// <summary>Opens a file that was a regular one a moment ago; should it be a FIFO now, that does not wait.</summary>
    public static FileDescriptor Open(byte[] path)
    {
        Errno errno = PosixFile.Open(
            null, path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, out FileDescriptor? file);
        return errno switch
        {
            Errno.None => file!,
            Errno.ENOENT or Errno.ENOTDIR => throw new StratoException(
                $"cannot publish {BytesText.Escape(path)}: it vanished while it was published; publish again when the tree is at rest"),
            _ => throw new StratoException(
                $"cannot publish {BytesText.Escape(path)}: {errno.Describe()}; make it readable or take it out of the tree"),
        };
    }

    /// <summary>True where both are one file with one content, as far as its attributes can tell.</summary>
    public static bool IsSame(in FileStatus before, in FileStatus after) =>
        before.Device == after.Device
        && before.Inode == after.Inode
        && before.Type == after.Type
        && before.Size == after.Size
        && before.ModificationTime == after.ModificationTime
        && before.ChangeTime == after.ChangeTime;

    /// <summary>Returns where the file may be read once more.</summary>
    /// <exception cref="StratoException">It has been read often enough, or is no regular file any more.</exception>
    public static void RequireRetry(byte[] path, in FileStatus status, int attempt)
    {
        if (attempt >= Attempts || status.Type != FileType.Regular)
        {
            throw new StratoException(
                $"cannot publish {BytesText.Escape(path)}: it keeps changing while it is published; publish again when nothing writes to it");
        }
    }
}
