using Strato.Posix;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// What the index proves about a source tree: which directories are as they were when it was published, with everything in them, so that neither their files
/// nor their catalogs have to be looked at. A change of anything about an entry moves the change time of it, a change of the names in a directory that of the directory.
/// </summary>
internal sealed class TreeProof
{
    /// <summary>Directories with changes, above which the whole tree is walked.</summary>
    private const int MaximumChanged = 4096;

    private readonly SortedSet<byte[]> changed = new(Order.Instance);
    private readonly SortedSet<byte[]> passed = new(Order.Instance);

    private TreeProof()
    {
    }

    /// <summary>True where nothing has changed at all.</summary>
    public bool IsUnchanged => changed.Count == 0;

    /// <summary>
    /// Walks the tree along the index, with one call for each entry. Null where it proves nothing, or too little to be of use.
    /// </summary>
    /// <param name="index">An index that is about the revision which is there, at its beginning. It is read to its end.</param>
    /// <param name="source">The tree.</param>
    /// <param name="cancellation">Gives up.</param>
    public static TreeProof? Make(StampReader index, byte[] source, CancellationToken cancellation)
    {
        TreeProof proof = new();
        using SourcePath place = new(source);
        bool isEmpty = true;
        while (index.CurrentDirectory is { } directory)
        {
            cancellation.ThrowIfCancellationRequested();
            isEmpty = false;
            FileDescriptor? opened = place.Enter(directory);
            bool isSame = opened is not null
                && PosixFile.GetStatus(opened, out FileStatus status) == Errno.None
                && index.DirectoryStamp.IsOf(status);
            index.Advance();
            while (index.CurrentName is { IsEmpty: false } name)
            {
                isSame = isSame && PosixPath.GetStatus(opened, name, out FileStatus file) == Errno.None && index.CurrentStamp.IsOf(file);
                index.Advance();
            }

            if (!isSame && !proof.AddChanged(directory))
            {
                return null;
            }
        }

        return isEmpty || !index.HasEnded ? null : proof;
    }

    /// <summary>True where a directory that the index knows has changes, itself or in its files.</summary>
    public bool IsChanged(ReadOnlySpan<byte> directory) => changed.Contains(directory.ToArray());

    /// <summary>True where a directory that the index knows has changes, or one below it has.</summary>
    public bool IsOnTheWay(ReadOnlySpan<byte> directory)
    {
        byte[] path = directory.ToArray();
        return changed.Contains(path) || passed.Contains(path);
    }

    /// <summary>The names of the directories in a directory that are on the way to changes, in the order of the walk.</summary>
    public IEnumerable<byte[]> NamesOnTheWay(byte[] directory)
    {
        byte[] first = [.. directory, (byte)'/'];
        foreach (byte[] path in changed.Union(passed, Same.Instance).Where(path => path.Length > first.Length && path.AsSpan().StartsWith(first)).Order(Order.Instance))
        {
            if (!path.AsSpan(first.Length).Contains((byte)'/'))
            {
                yield return path[first.Length..];
            }
        }
    }

    private bool AddChanged(byte[] directory)
    {
        changed.Add(directory);
        for (int slash = directory.AsSpan().LastIndexOf((byte)'/'); slash >= 0; slash = directory.AsSpan(0, slash).LastIndexOf((byte)'/'))
        {
            passed.Add(directory[..slash]);
        }

        return changed.Count <= MaximumChanged;
    }

    private sealed class Order : IComparer<byte[]>
    {
        public static Order Instance { get; } = new();

        public int Compare(byte[]? left, byte[]? right) => StampReader.Compare(left, right);
    }

    private sealed class Same : IEqualityComparer<byte[]>
    {
        public static Same Instance { get; } = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(byte[] path)
        {
            HashCode hash = default;
            hash.AddBytes(path);
            return hash.ToHashCode();
        }
    }
}
