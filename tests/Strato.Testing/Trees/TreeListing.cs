using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Testing.Trees;

/// <summary>
/// Lists a tree by what system calls tell of it, byte names and all, and reads every regular file. It keeps one descriptor open for each level.
/// </summary>
public sealed class TreeListing
{
    private const int ReadSize = 256 * 1024;

    private readonly List<TreeEntry> entries = [];

    private TreeListing()
    {
    }

    /// <summary>All entries, the root first, in byte order of their paths within each directory.</summary>
    public IReadOnlyList<TreeEntry> Entries => entries;

    /// <summary>Lists what is at and below a folder. Throws <see cref="PosixException"/> for what cannot be listed or read.</summary>
    public static TreeListing Read(string folder)
    {
        TreeListing listing = new();
        byte[] path = Encoding.UTF8.GetBytes(folder);
        PosixFile.Open(null, path, OpenFlags.ReadOnly | OpenFlags.Directory, out FileDescriptor? root).ThrowIfFailed("open", path);
        using (root)
        {
            PosixFile.GetStatus(root!, out FileStatus status).ThrowIfFailed("stat", path);
            listing.entries.Add(new TreeEntry { Path = RepositoryPath.Root, Status = status });
            listing.Add(root!, RepositoryPath.Root);
        }

        return listing;
    }

    /// <summary>The entry at a path such as <c>/dir/file</c>; the listing must have it.</summary>
    public TreeEntry this[string path] =>
        RepositoryPath.TryParse(Encoding.UTF8.GetBytes(path), out RepositoryPath wanted)
            ? entries.First(entry => entry.Path == wanted)
            : throw new ArgumentException($"not a path: {path}", nameof(path));

    private void Add(FileDescriptor directory, RepositoryPath path)
    {
        List<(byte[] Name, FileStatus Status)> children = List(directory, path);
        ILookup<ulong, string> links = children
            .Where(child => child.Status.Type != FileType.Directory)
            .ToLookup(child => child.Status.Inode, child => BytesText.Escape(child.Name));

        foreach ((byte[] name, FileStatus status) in children)
        {
            RepositoryPath childPath = path.Append(name);
            entries.Add(new TreeEntry
            {
                Path = childPath,
                Status = status,
                Target = status.Type == FileType.SymbolicLink ? Target(directory, name) : [],
                Digest = status.Type == FileType.Regular ? Digest(directory, name, childPath) : "",
                Attributes = Attributes(directory, name, childPath),
                Links = [.. links[status.Inode]],
            });
            if (status.Type == FileType.Directory)
            {
                PosixFile.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, out FileDescriptor? child)
                    .ThrowIfFailed("open", childPath.Bytes);
                using (child)
                {
                    Add(child!, childPath);
                }
            }
        }
    }

    private static List<(byte[] Name, FileStatus Status)> List(FileDescriptor directory, RepositoryPath path)
    {
        List<(byte[] Name, FileStatus Status)> children = [];
        using DirectoryReader reader = new(directory);
        while (true)
        {
            reader.Read(out DirectoryItem item, out bool found).ThrowIfFailed("list", path.Bytes);
            if (!found)
            {
                children.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
                return children;
            }

            PosixPath.GetStatus(directory, item.Name, out FileStatus status).ThrowIfFailed("stat", item.Name);
            children.Add((item.Name.ToArray(), status));
        }
    }

    private static byte[] Target(FileDescriptor directory, byte[] name)
    {
        byte[] target = new byte[PosixPath.MaxPath + 1];
        PosixPath.ReadLink(directory, name, target, out int length).ThrowIfFailed("read link", name);
        return target[..length];
    }

    private static string Digest(FileDescriptor directory, byte[] name, RepositoryPath path)
    {
        PosixFile.Open(directory, name, OpenFlags.ReadOnly | OpenFlags.NoFollow, out FileDescriptor? file).ThrowIfFailed("open", path.Bytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            using (file)
            {
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                while (true)
                {
                    PosixFile.Read(file!, buffer, out int count).ThrowIfFailed("read", path.Bytes);
                    if (count == 0)
                    {
                        return Convert.ToHexStringLower(hash.GetHashAndReset());
                    }

                    hash.AppendData(buffer, 0, count);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The attributes of the entry itself, reached through the directory's descriptor so that no path is too long.</summary>
    private static List<string> Attributes(FileDescriptor directory, byte[] name, RepositoryPath path)
    {
        byte[] place = [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{directory.Value}/"), .. name];
        Errno errno = ExtendedAttributes.List(place, out byte[] names);
        if (errno == Errno.EOPNOTSUPP)
        {
            return [];
        }

        errno.ThrowIfFailed("list attributes of", path.Bytes);
        List<string> attributes = [];
        foreach (Range range in names.AsSpan().Split((byte)0))
        {
            ReadOnlySpan<byte> attribute = names.AsSpan()[range];
            if (!attribute.IsEmpty)
            {
                ExtendedAttributes.Get(place, attribute, out byte[] value).ThrowIfFailed("read attribute of", path.Bytes);
                attributes.Add($"{BytesText.Escape(attribute)}={BytesText.Escape(value)}");
            }
        }

        attributes.Sort(StringComparer.Ordinal);
        return attributes;
    }
}
