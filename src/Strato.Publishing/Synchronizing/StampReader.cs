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
    private int nameLength = -1;
    private bool isInDirectory;

    private StampReader(Stream? stream) => this.stream = stream;

    /// <summary>An index that proves nothing.</summary>
    public static StampReader None => new(null);

    /// <summary>Opens the index at a path; one that is absent, unreadable or of another kind proves nothing.</summary>
    public static StampReader Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 256 * 1024);
            Span<byte> magic = stackalloc byte[StampWriter.Magic.Length];
            if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual(StampWriter.Magic))
            {
                StampReader reader = new(file);
                reader.Advance();
                return reader;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The index only saves reading: without one every file is read.
        }

        file?.Dispose();
        return new StampReader(null);
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
        while (directory is not null && (nameLength >= 0 || Compare(directory, relativePath) < 0))
        {
            Advance();
        }

        isInDirectory = directory is not null && directory.AsSpan().SequenceEqual(relativePath);
        if (isInDirectory)
        {
            Advance();
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

    // Reads the next record: a file into record and nameLength, a directory into directory with nameLength -1.
    private void Advance()
    {
        try
        {
            Span<byte> head = stackalloc byte[6];
            if (stream is not null && TryFill(head[..2]))
            {
                int length = BinaryPrimitives.ReadUInt16LittleEndian(head);
                if (length == StampWriter.DirectoryMark)
                {
                    int pathLength = TryFill(head[2..]) ? BinaryPrimitives.ReadInt32LittleEndian(head[2..]) : -1;
                    byte[]? path = pathLength is >= 0 and <= MaximumPath ? new byte[pathLength] : null;
                    if (path is not null && TryFill(path))
                    {
                        directory = path;
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
