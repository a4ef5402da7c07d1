using Strato.Core;
using Strato.Core.Catalogs;
using Strato.Core.Paths;
using Strato.Posix;
using FileType = Strato.Core.Catalogs.FileType;
using PosixAttributes = Strato.Posix.ExtendedAttributes;
using XattrList = Strato.Core.Catalogs.ExtendedAttributes;

namespace Strato.Publishing.Scanning;

/// <summary>
/// Asks the kernel about a source tree. Whatever fails there is one clear line that names the path: the tree is somebody's
/// files, which may be unreadable or change meanwhile.
/// </summary>
internal sealed class SourceTree
{
    /// <summary>The longest path that the kernel opens.</summary>
    private const int MaximumPath = 4095;

    private readonly bool includesXattrs;
    private readonly bool includesNanoseconds;
    private readonly Action<string> warn;
    private readonly byte[]? ownAttributes;

    /// <summary>Asks about a tree.</summary>
    /// <param name="includesXattrs">Whether extended attributes are asked for.</param>
    /// <param name="includesNanoseconds">Whether times have nanoseconds.</param>
    /// <param name="warn">Takes warnings, each one line. Called from any thread.</param>
    /// <param name="ownAttributes">How the names of extended attributes begin that are the file system's own business; null for none.</param>
    public SourceTree(bool includesXattrs, bool includesNanoseconds, Action<string> warn, byte[]? ownAttributes = null)
    {
        this.ownAttributes = ownAttributes;
        this.includesXattrs = includesXattrs;
        this.includesNanoseconds = includesNanoseconds;
        this.warn = warn;
    }

    /// <summary>Opens a directory; a symbolic link in its place is not followed.</summary>
    /// <param name="parent">The open directory that has it; null where the name is a path of its own.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="path">Its path, for messages.</param>
    public static FileDescriptor OpenDirectory(FileDescriptor? parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        Errno errno = PosixFile.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out FileDescriptor? directory);
        return errno switch
        {
            Errno.None => directory!,
            Errno.ENOTDIR or Errno.ELOOP => throw new StratoException(
                $"cannot publish {BytesText.Escape(path)}: it is no directory any more; publish again when the tree is at rest"),
            _ => throw Failure(path, errno),
        };
    }

    /// <summary>The attributes of a name in an open directory; a symbolic link's own.</summary>
    public static FileStatus Status(FileDescriptor directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> directoryPath)
    {
        Errno errno = PosixPath.GetStatus(directory, name, out FileStatus status);
        return errno == Errno.None ? status : throw Failure(Join(directoryPath, name), errno);
    }

    /// <summary>True where a directory has a regular file of this name. Anything else of the name is refused.</summary>
    public static bool HasMarker(FileDescriptor directory, ReadOnlySpan<byte> directoryPath, ReadOnlySpan<byte> name)
    {
        Errno errno = PosixPath.GetStatus(directory, name, out FileStatus status);
        return errno switch
        {
            Errno.ENOENT => false,
            Errno.None when status.Type == Posix.FileType.Regular => true,
            Errno.None => throw new StratoException(
                $"cannot publish {BytesText.Escape(Join(directoryPath, name))}: a catalog marker must be a regular file"),
            _ => throw Failure(Join(directoryPath, name), errno),
        };
    }

    /// <summary>The path of a name in a directory.</summary>
    /// <exception cref="StratoException">It is longer than the kernel takes.</exception>
    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        byte[] path = new byte[directory.Length + 1 + name.Length];
        directory.CopyTo(path);
        path[directory.Length] = (byte)'/';
        name.CopyTo(path.AsSpan(directory.Length + 1));
        return path.Length <= MaximumPath
            ? path
            : throw new StratoException(
                $"cannot publish {BytesText.Escape(directory[..64])}...: a path below it has {path.Length} bytes, more than {MaximumPath}; publish a directory further down");
    }

    /// <summary>
    /// The catalog entry of something in the tree, with the link count of a file of its own; a regular file's still lacks its content.
    /// </summary>
    public CatalogEntry Describe(byte[] path, ReadOnlySpan<byte> name, in FileStatus status)
    {
        FileType type = (FileType)status.Type;
        byte[] target = type == FileType.SymbolicLink ? ReadLink(path) : [];
        return new CatalogEntry
        {
            Name = name.ToArray(),
            Mode = status.Mode,
            Uid = status.Uid,
            Gid = status.Gid,
            Size = type switch
            {
                FileType.SymbolicLink => target.Length,
                FileType.CharacterDevice or FileType.BlockDevice => (long)status.RawDevice,
                FileType.Fifo or FileType.Socket => 0,
                _ => status.Size,
            },
            Mtime = status.ModificationTime.Seconds,
            MtimeNanoseconds = NanosecondsOf(status),
            Symlink = target,
            Xattrs = includesXattrs ? XattrsOf(path, PosixAttributes.List(path, out byte[] names), names) : XattrList.Empty,
        };
    }

    /// <summary>The catalog entry of an open directory; its link count is the caller's to set.</summary>
    public CatalogEntry DescribeDirectory(FileDescriptor directory, byte[] path, ReadOnlySpan<byte> name, in FileStatus status) => new()
    {
        Name = name.ToArray(),
        Mode = status.Mode,
        Uid = status.Uid,
        Gid = status.Gid,
        Size = status.Size,
        Mtime = status.ModificationTime.Seconds,
        MtimeNanoseconds = NanosecondsOf(status),
        Xattrs = includesXattrs ? XattrsOf(path, PosixAttributes.List(directory, out byte[] names), names) : XattrList.Empty,
    };

    private int NanosecondsOf(in FileStatus status) => includesNanoseconds ? (int)status.ModificationTime.Nanoseconds : CatalogEntry.NoNanoseconds;

    private static byte[] ReadLink(byte[] path)
    {
        byte[] buffer = new byte[MaximumPath + 1];
        Errno errno = PosixPath.ReadLink(null, path, buffer, out int length);
        return errno == Errno.None ? buffer.AsSpan(0, length).ToArray() : throw Failure(path, errno);
    }

    // What a listing of names came to.
    private XattrList XattrsOf(byte[] path, Errno errno, byte[] names)
    {
        if (errno == Errno.EOPNOTSUPP || (errno == Errno.None && names.Length == 0))
        {
            return XattrList.Empty;
        }

        if (errno != Errno.None)
        {
            throw Failure(path, errno);
        }

        List<ExtendedAttribute> attributes = [];
        foreach (Range range in names.AsSpan().Split((byte)0))
        {
            byte[] name = names.AsSpan()[range].ToArray();

            // One that is gone or not for this user to read is passed over, as the genuine publisher does.
            if (name.Length == 0 || (ownAttributes is not null && name.AsSpan().StartsWith(ownAttributes)) || PosixAttributes.Get(path, name, out byte[] value) != Errno.None)
            {
                continue;
            }

            if (XattrList.CanHold(name, value) && attributes.Count < XattrList.MaxCount)
            {
                attributes.Add(new ExtendedAttribute(name, value));
            }
            else
            {
                warn($"extended attribute {BytesText.Escape(name)} of {BytesText.Escape(path)} is left out: it does not fit a catalog");
            }
        }

        return attributes.Count == 0 ? XattrList.Empty : XattrList.Create(attributes);
    }

    private static StratoException Failure(ReadOnlySpan<byte> path, Errno errno) => errno is Errno.ENOENT or Errno.ENOTDIR
        ? new StratoException($"cannot publish {BytesText.Escape(path)}: it vanished while it was published; publish again when the tree is at rest")
        : new StratoException($"cannot publish {BytesText.Escape(path)}: {errno.Describe()}; make it readable or take it out of the tree");
}
