using Strato.Posix;

namespace Strato.Storage;

/// <summary>Replaces small files so that a loss of power leaves the old content or the new.</summary>
public static class DurableFile
{
    /// <summary>Writes <c>NAME.new</c>, brings it to the disk and renames it. One writer at a time: the caller holds a lock.</summary>
    public static Errno Replace(FileDescriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, uint mode)
    {
        Span<byte> staged = stackalloc byte[name.Length + 4];
        name.CopyTo(staged);
        ".new"u8.CopyTo(staged[name.Length..]);
        Errno errno = PosixFile.Open(
            directory, staged, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, out FileDescriptor? file, mode);
        if (errno != Errno.None)
        {
            return errno;
        }

        using (file)
        {
            errno = PosixFile.WriteAll(file!, content);
            errno = errno == Errno.None ? Durability.Sync(file!) : errno;
            errno = errno == Errno.None ? PosixPath.Rename(directory, staged, directory, name, replace: true) : errno;
            if (errno != Errno.None)
            {
                _ = PosixPath.Unlink(directory, staged);
                return errno;
            }
        }

        return Durability.Sync(directory);
    }
}
