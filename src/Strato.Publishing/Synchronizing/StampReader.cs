using System.Buffers.Binary;

namespace Strato.Publishing.Synchronizing;

/// <summary>
/// Reads the index that <see cref="StampWriter"/> wrote when the tree was last published, in step with the next walk. Whatever is wrong with it
/// proves nothing and is passed over. One thread.
/// </summary>
internal sealed class StampReader : IDisposable
{
    private const int MaximumPath = 8192;

    private readonly Stream? stream;
    private readonly byte[] record = new byte[MaximumPath];
    private byte[]? directory;
    private ContentStamp directoryStamp;
    private int nameLength = -1;
    private bool isInDirectory;

    private StampReader(Stream? stream, IndexHead head)
    {
        this.stream = stream;
        Head = head;
    }

    /// <summary>An index that proves nothing.</summary>
    public static StampReader None => new(null, default);

    /// <summary>What revision the index is about.</summary>
    public IndexHead Head { get; }

    /// <summary>The directory of the current record; null at the end.</summary>
    public byte[]? CurrentDirectory => directory;

    /// <summary>What the directory looked like; before its first file.</summary>
    public ContentStamp DirectoryStamp => directoryStamp;

    /// <summary>The name of the file of the current record; empty where that is about a directory.</summary>
    public ReadOnlySpan<byte> CurrentName => nameLength < 0 ? default : record.AsSpan(0, nameLength);

    /// <summary>The stamp of the same file.</summary>
    public ContentStamp CurrentStamp => ContentStamp.Read(record.AsSpan(nameLength));

    /// <summary>True where everything was read, and was whole.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Opens the index at a path; one that is absent, unreadable or of another kind proves nothing.</summary>
    public static StampReader Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 256 * 1024);
            Span<byte> head = stackalloc byte[StampWriter.Magic.Length + IndexHead.Length];
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.StartsWith(StampWriter.Magic))
            {
                StampReader reader = new(file, IndexHead.Read(head[StampWriter.Magic.Length..]));
                reader.Advance();
                return reader;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The index only saves reading: without one every file is read.
        }

        file?.Dispose();
        return None;
    }

    /// <summary>
    /// The order of directories: one before what is below it, siblings by the bytes of their names. It is the byte order of
    /// paths in which a slash comes before every other byte.
    /// </summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        return left[same] == '/' ? -1 : right[same] == '/' ? 1 : left[same].CompareTo(right[same]);
    }

    /// <summary>Goes to a directory; each comes after the one before.</summary>
    public void EnterDirectory(ReadOnlySpan<byte> relativePath)
    {
        isInDirectory = HasDirectory(relativePath);
        if (isInDirectory)
        {
            Advance();
        }
    }

    /// <summary>Goes to where a directory is, and tells whether it is there.</summary>
    public bool HasDirectory(ReadOnlySpan<byte> relativePath)
    {
        while (directory is not null && (nameLength >= 0 || Compare(directory, relativePath) < 0))
        {
            Advance();
        }

        return directory is not null && directory.AsSpan().SequenceEqual(relativePath);
    }

    /// <summary>Copies the records of a directory and its files, which come next or later, to another index.</summary>
    public void CopyDirectory(ReadOnlySpan<byte> relativePath, StampWriter target)
    {
        if (HasDirectory(relativePath))
        {
            CopyCurrent(target);
        }
    }

    /// <summary>Copies the records of the directories below one, which come next, to another index.</summary>
    /// <param name="relativePath">The directory that they are below.</param>
    /// <param name="end">The directory to stop before; empty for none.</param>
    /// <param name="target">The other index.</param>
    public void CopyBelow(ReadOnlySpan<byte> relativePath, ReadOnlySpan<byte> end, StampWriter target)
    {
        while (directory is not null && IsBelow(directory, relativePath) && (end.IsEmpty || Compare(directory, end) < 0))
        {
            CopyCurrent(target);
        }
    }

    /// <summary>The stamp of a file in the current directory, or none; each name comes after the one before.</summary>
    public ContentStamp Find(ReadOnlySpan<byte> name)
    {
        while (isInDirectory && nameLength >= 0)
        {
            int order = record.AsSpan(0, nameLength).SequenceCompareTo(name);
            if (order > 0)
            {
                break;
            }

            ContentStamp stamp = ContentStamp.Read(record.AsSpan(nameLength));
            Advance();
            if (order == 0)
            {
                return stamp;
            }
        }

        return default;
    }

    public void Dispose() => stream?.Dispose();

    /// <summary>Passes over the records of a directory and of all below it.</summary>
    public void Skip(ReadOnlySpan<byte> relativePath)
    {
        while (directory is not null && (IsBelow(directory, relativePath) || directory.AsSpan().SequenceEqual(relativePath)))
        {
            Advance();
        }
    }

    private static bool IsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        path.Length > directory.Length && path.StartsWith(directory) && path[directory.Length] == '/';

    private void CopyCurrent(StampWriter target)
    {
        target.BeginDirectory(directory, directoryStamp);
        Advance();
        while (directory is not null && nameLength >= 0)
        {
            target.Add(CurrentName, CurrentStamp);
            Advance();
        }
    }

    /// <summary>Reads the next record.</summary>
    public void Advance()
    {
        // A file goes into record and nameLength, a directory into directory with nameLength -1.
        try
        {
            Span<byte> head = stackalloc byte[6];
            int filled = stream?.ReadAtLeast(head[..2], 2, throwOnEndOfStream: false) ?? 0;
            HasEnded = filled == 0 && stream is not null;
            if (filled == 2)
            {
                int length = BinaryPrimitives.ReadUInt16LittleEndian(head);
                if (length == StampWriter.DirectoryMark)
                {
                    int pathLength = TryFill(head[2..]) ? BinaryPrimitives.ReadInt32LittleEndian(head[2..]) : -1;
                    byte[]? path = pathLength is >= 0 and <= MaximumPath ? new byte[pathLength] : null;
                    if (path is not null && TryFill(path) && TryFill(record.AsSpan(0, ContentStamp.Length)))
                    {
                        directory = path;
                        directoryStamp = ContentStamp.Read(record);
                        nameLength = -1;
                        isInDirectory = false;
                        return;
                    }
                }
                else if (length <= byte.MaxValue && TryFill(record.AsSpan(0, length + ContentStamp.Length)))
                {
                    nameLength = length;
                    return;
                }
            }
        }
        catch (IOException)
        {
            // As for an index that ends here.
        }

        directory = null;
        nameLength = -1;
        isInDirectory = false;
    }

    private bool TryFill(Span<byte> target) => stream!.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
}
