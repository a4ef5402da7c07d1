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
    private byte[] names = new byte[1024];
    private (int Start, int Length)[] places = new (int, int)[32];
    private int used;

    private SourceListing()
    {
    }

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => names.AsSpan(places[index].Start, places[index].Length);

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

            if (!item.Name.SequenceEqual("."u8) && !item.Name.SequenceEqual(".."u8))
            {
                listing.Add(item.Name);
            }
        }

        listing.places.AsSpan(0, listing.Count).Sort(
            (left, right) => listing.names.AsSpan(left.Start, left.Length).SequenceCompareTo(listing.names.AsSpan(right.Start, right.Length)));
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

    private void Add(ReadOnlySpan<byte> name)
    {
        if (used + name.Length > names.Length)
        {
            Array.Resize(ref names, (int)Math.Min(Array.MaxLength, Math.Max(used + name.Length, 2L * names.Length)));
        }

        if (Count == places.Length)
        {
            Array.Resize(ref places, 2 * Count);
        }

        name.CopyTo(names.AsSpan(used));
        places[Count++] = (used, name.Length);
        used += name.Length;
    }
}
