using System.Text;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Quickstart;

/// <summary>An open directory of a tree that is walked by names as bytes.</summary>
internal sealed class TreeFolder : IDisposable
{
    private readonly FileDescriptor descriptor;

    private TreeFolder(FileDescriptor descriptor, byte[] path)
    {
        this.descriptor = descriptor;
        Path = path;
    }

    /// <summary>The path from the tree's root; empty for the root itself.</summary>
    public byte[] Path { get; }

    /// <summary>Opens a tree's root.</summary>
    /// <exception cref="PosixException">It is not there or may not be read.</exception>
    public static TreeFolder Open(string root) => Open(null, Encoding.UTF8.GetBytes(root), []);

    /// <summary>Opens a directory of this one.</summary>
    /// <exception cref="PosixException">It is gone or may not be read.</exception>
    public TreeFolder Enter(byte[] name) => Open(descriptor, name, Join(name));

    /// <summary>Opens a file of this directory for reading.</summary>
    /// <exception cref="PosixException">It is gone or may not be read.</exception>
    public FileDescriptor OpenFile(byte[] name)
    {
        PosixFile.Open(descriptor, name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, out FileDescriptor? file).ThrowIfFailed("open", Join(name));
        return file!;
    }

    /// <summary>The names in this directory, in the order of their bytes.</summary>
    public List<byte[]> Names()
    {
        List<byte[]> names = [];
        using DirectoryReader reader = new(descriptor);
        while (true)
        {
            reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("list", Path);
            if (!found)
            {
                names.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
                return names;
            }

            names.Add(item.Name.ToArray());
        }
    }

    /// <summary>What lstat(2) tells of a name.</summary>
    public FileStatus Status(byte[] name)
    {
        PosixPath.GetStatus(descriptor, name, out FileStatus status).ThrowIfFailed("look at", Join(name));
        return status;
    }

    /// <summary>A symbolic link's target.</summary>
    public byte[] LinkTarget(byte[] name)
    {
        byte[] target = new byte[4097];
        PosixPath.ReadLink(descriptor, name, target, out int length).ThrowIfFailed("read the link", Join(name));
        return target[..length];
    }

    /// <summary>A name's path from the tree's root, for people.</summary>
    public string Show(byte[] name) => BytesText.Escape(Join(name));

    public void Dispose() => descriptor.Dispose();

    private static TreeFolder Open(FileDescriptor? parent, byte[] name, byte[] path)
    {
        PosixFile.Open(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? descriptor).ThrowIfFailed("open the directory", name);
        return new TreeFolder(descriptor!, path);
    }

    private byte[] Join(byte[] name) => Path.Length == 0 ? name : [.. Path, (byte)'/', .. name];
}
