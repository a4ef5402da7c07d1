using System.Collections;

namespace Strato.Core.Catalogs;

/// <summary>
/// The extended attributes of one entry, sorted by name. Immutable. In column <c>xattr</c> they stand as a byte of version
/// (1), a byte with their number, and for each one the lengths of name and value in a byte each, then both.
/// <para>
/// The genuine tools claim to admit 256 attributes, names and values of 256 bytes, yet keep these numbers in single bytes, where
/// 256 becomes 0; the limits here are the ones that survive.
/// </para>
/// </summary>
public sealed class ExtendedAttributes : IReadOnlyList<ExtendedAttribute>, IEquatable<ExtendedAttributes>
{
    /// <summary>The most attributes of an entry.</summary>
    public const int MaxCount = 255;

    /// <summary>The longest name and the longest value in bytes.</summary>
    public const int MaxLength = 255;

    private const byte Version = 1;

    private readonly ExtendedAttribute[] sorted;

    private ExtendedAttributes(ExtendedAttribute[] sorted) => this.sorted = sorted;

    /// <summary>None at all.</summary>
    public static ExtendedAttributes Empty { get; } = new([]);

    public int Count => sorted.Length;

    public ExtendedAttribute this[int index] => sorted[index];

    /// <summary>Whether the format can keep an attribute: its name has 1 to 255 bytes without NUL, its value at most 255.</summary>
    public static bool CanHold(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        name.Length is > 0 and <= MaxLength && !name.Contains((byte)0) && value.Length <= MaxLength;

    /// <summary>
    /// Makes a list of attributes in any order; of several with one name the last counts. Throws
    /// <see cref="ArgumentException"/> where one cannot be held or they are too many.
    /// </summary>
    public static ExtendedAttributes Create(IEnumerable<ExtendedAttribute> attributes)
    {
        SortedDictionary<ReadOnlyMemory<byte>, ExtendedAttribute> byName = new(ByteOrder.Instance);
        foreach (ExtendedAttribute attribute in attributes)
        {
            if (!CanHold(attribute.Name.Span, attribute.Value.Span))
            {
                throw new ArgumentException("an extended attribute's name or value is too long or not valid", nameof(attributes));
            }

            byName[attribute.Name] = attribute;
        }

        return byName.Count switch
        {
            0 => Empty,
            <= MaxCount => new ExtendedAttributes([.. byName.Values]),
            _ => throw new ArgumentException($"an entry has at most {MaxCount} extended attributes, not {byName.Count}", nameof(attributes)),
        };
    }

    /// <summary>Reads column <c>xattr</c>; empty bytes (NULL) are no attributes. Bytes after the last attribute are ignored, as the genuine client does.</summary>
    public static bool TryParse(ReadOnlySpan<byte> blob, out ExtendedAttributes attributes)
    {
        attributes = Empty;
        if (blob.IsEmpty)
        {
            return true;
        }

        if (blob.Length < 2 || blob[0] != Version)
        {
            return false;
        }

        ExtendedAttribute[] found = new ExtendedAttribute[blob[1]];
        byte[] copy = blob.ToArray();
        int position = 2;
        for (int index = 0; index < found.Length; index++)
        {
            if (blob.Length - position < 2)
            {
                return false;
            }

            int nameLength = blob[position];
            int valueLength = blob[position + 1];
            position += 2;
            if (blob.Length - position < nameLength + valueLength)
            {
                return false;
            }

            ReadOnlyMemory<byte> name = copy.AsMemory(position, nameLength);
            ReadOnlyMemory<byte> value = copy.AsMemory(position + nameLength, valueLength);
            if (!CanHold(name.Span, value.Span))
            {
                return false;
            }

            found[index] = new ExtendedAttribute(name, value);
            position += nameLength + valueLength;
        }

        attributes = Create(found);
        return true;
    }

    /// <summary>The value of a name, if there is one.</summary>
    public bool TryGetValue(ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> value)
    {
        foreach (ExtendedAttribute attribute in sorted)
        {
            if (attribute.Name.Span.SequenceEqual(name))
            {
                value = attribute.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The bytes for column <c>xattr</c>; empty (NULL) where there are no attributes.</summary>
    public byte[] ToBlob()
    {
        if (sorted.Length == 0)
        {
            return [];
        }

        byte[] blob = new byte[2 + sorted.Sum(attribute => 2 + attribute.Name.Length + attribute.Value.Length)];
        blob[0] = Version;
        blob[1] = (byte)sorted.Length;
        int position = 2;
        foreach (ExtendedAttribute attribute in sorted)
        {
            blob[position] = (byte)attribute.Name.Length;
            blob[position + 1] = (byte)attribute.Value.Length;
            attribute.Name.Span.CopyTo(blob.AsSpan(position + 2));
            attribute.Value.Span.CopyTo(blob.AsSpan(position + 2 + attribute.Name.Length));
            position += 2 + attribute.Name.Length + attribute.Value.Length;
        }

        return blob;
    }

    public bool Equals(ExtendedAttributes? other) =>
        other is not null && sorted.AsSpan().SequenceEqual(other.sorted, AttributeEquality.Instance);

    public override bool Equals(object? obj) => Equals(obj as ExtendedAttributes);

    public override int GetHashCode()
    {
        HashCode code = default;
        code.AddBytes(ToBlob());
        return code.ToHashCode();
    }

    public IEnumerator<ExtendedAttribute> GetEnumerator() => ((IEnumerable<ExtendedAttribute>)sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => sorted.GetEnumerator();

    private sealed class ByteOrder : IComparer<ReadOnlyMemory<byte>>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceCompareTo(y.Span);
    }

    private sealed class AttributeEquality : IEqualityComparer<ExtendedAttribute>
    {
        public static AttributeEquality Instance { get; } = new();

        public bool Equals(ExtendedAttribute x, ExtendedAttribute y) =>
            x.Name.Span.SequenceEqual(y.Name.Span) && x.Value.Span.SequenceEqual(y.Value.Span);

        public int GetHashCode(ExtendedAttribute obj) => obj.Name.Length;
    }
}
