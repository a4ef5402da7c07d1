using System.Buffers.Binary;
using Strato.Core;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Publishing.Scanning;

/// <summary>
/// The names in one source directory, in byte order. They stand packed in one array, so that a directory with a million names takes some
/// thirty megabytes. Not thread-safe.
/// </summary>
internal sealed class SourceListing
{
    // Before each name: its length (2 bytes) and its type as a dirent has it (1 byte).
    private const int HeadLength = 3;
    private const int TypeShift = 12;

    private byte[] packed = new byte[1024];
    private int[] places = new int[32];
    private int used;

    private SourceListing()
    {
    }

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => NameAt(places[index]);

    /// <summary>What a name was when it was listed; <see cref="FileType.Unknown"/> where the file system does not tell.</summary>
    public FileType TypeOf(int index) => (FileType)(packed[places[index] + HeadLength - 1] << TypeShift);

    /// <summary>Lists an open directory.</summary>
    /// <param name="directory">The directory, at its beginning.</param>
    /// <param name="path">Its path, for messages.</param>
    public static SourceListing Read(FileDescriptor directory, ReadOnlySpan<byte> path)
    {
        SourceListing listing = new();
        using DirectoryReader reader = new(directory);
        while (true)
        {
            Errno errno = reader.Read(out DirectoryItem item, out bool found);
            if (errno != Errno.None)
            {
                throw new StratoException($"cannot publish {BytesText.Escape(path)}: listing it failed: {errno.Describe()}");
            }

            if (!found)
            {
                break;
            }

            listing.Add(item.Name, item.Type);
        }

        listing.places.AsSpan(0, listing.Count).Sort((left, right) => listing.NameAt(left).SequenceCompareTo(listing.NameAt(right)));
        return listing;
    }

    public bool Contains(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = this[middle].SequenceCompareTo(name);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    private ReadOnlySpan<byte> NameAt(int place) =>
        packed.AsSpan(place + HeadLength, BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(place)));

    private void Add(ReadOnlySpan<byte> name, FileType type)
    {
        int end = used + HeadLength + name.Length;
        if (end > packed.Length)
        {
            Array.Resize(ref packed, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * packed.Length)));
        }

        if (Count == places.Length)
        {
            Array.Resize(ref places, 2 * Count);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(used), (ushort)name.Length);
        packed[used + HeadLength - 1] = (byte)((int)type >> TypeShift);
        name.CopyTo(packed.AsSpan(used + HeadLength));
        places[Count++] = used;
        used = end;
    }
}
