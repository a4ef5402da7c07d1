using System.Diagnostics.CodeAnalysis;

namespace Strato.Core.Paths;

/// <summary>
/// An absolute path inside a repository, as bytes: the root is empty, everything else is <c>/name</c> repeated, without a
/// trailing slash. Names are any bytes but NUL and slash; no encoding is assumed. Immutable and safe to share.
/// </summary>
public readonly struct RepositoryPath : IEquatable<RepositoryPath>, IComparable<RepositoryPath>
{
    /// <summary>The longest name of one entry, the kernel's NAME_MAX.</summary>
    public const int MaxNameLength = 255;

    private readonly byte[]? bytes;

    private RepositoryPath(byte[] bytes) => this.bytes = bytes;

    /// <summary>The repository's root, the empty path.</summary>
    public static RepositoryPath Root => default;

    /// <summary>The path's bytes, empty for the root.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    public bool IsRoot => bytes is null or { Length: 0 };

    /// <summary>The last name, empty for the root.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(Bytes.LastIndexOf((byte)'/') + 1)..];

    /// <summary>The path one level up; the root's parent is the root.</summary>
    public RepositoryPath Parent
    {
        get
        {
            int slash = Bytes.LastIndexOf((byte)'/');
            return slash <= 0 ? Root : new RepositoryPath(Bytes[..slash].ToArray());
        }
    }

    /// <summary>The number of names in the path, 0 for the root.</summary>
    public int Depth => Bytes.Count((byte)'/');

    /// <summary>The path's key in a catalog.</summary>
    public PathKey Key => KeyOf(Bytes);

    public static bool operator ==(RepositoryPath left, RepositoryPath right) => left.Equals(right);

    public static bool operator !=(RepositoryPath left, RepositoryPath right) => !left.Equals(right);

    public static bool operator <(RepositoryPath left, RepositoryPath right) => left.CompareTo(right) < 0;

    public static bool operator >(RepositoryPath left, RepositoryPath right) => left.CompareTo(right) > 0;

    public static bool operator <=(RepositoryPath left, RepositoryPath right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RepositoryPath left, RepositoryPath right) => left.CompareTo(right) >= 0;

    /// <summary>The key of a path that is already in normal form, without making a path of it.</summary>
    public static PathKey KeyOf(ReadOnlySpan<byte> normalPath) => PathDigest.Of(normalPath);

    /// <summary>
    /// Reads a path in normal form: empty, or starting with a slash, without empty names, <c>.</c>, <c>..</c>, NUL, a name
    /// longer than <see cref="MaxNameLength"/> or a trailing slash. The bytes are copied.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RepositoryPath path)
    {
        path = default;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != '/')
        {
            return false;
        }

        foreach (Range range in text[1..].Split((byte)'/'))
        {
            if (!IsValidName(text[1..][range]))
            {
                return false;
            }
        }

        path = new RepositoryPath(text.ToArray());
        return true;
    }

    /// <summary>True for what may stand between two slashes: not empty, <c>.</c> or <c>..</c>, no NUL, no slash, not too long.</summary>
    public static bool IsValidName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MaxNameLength
        && name.IndexOfAny((byte)0, (byte)'/') < 0
        && !name.SequenceEqual("."u8)
        && !name.SequenceEqual(".."u8);

    /// <summary>The path of an entry in this directory. Throws <see cref="ArgumentException"/> where the name is not valid.</summary>
    public RepositoryPath Append(ReadOnlySpan<byte> name)
    {
        if (!IsValidName(name))
        {
            throw new ArgumentException($"not a valid name: {BytesText.Escape(name)}", nameof(name));
        }

        byte[] joined = new byte[Bytes.Length + 1 + name.Length];
        Bytes.CopyTo(joined);
        joined[Bytes.Length] = (byte)'/';
        name.CopyTo(joined.AsSpan(Bytes.Length + 1));
        return new RepositoryPath(joined);
    }

    /// <summary>True where this path is <paramref name="ancestor"/> or lies below it.</summary>
    public bool IsWithin(RepositoryPath ancestor) =>
        Bytes.StartsWith(ancestor.Bytes) && (Bytes.Length == ancestor.Bytes.Length || Bytes[ancestor.Bytes.Length] == '/');

    /// <summary>For people: the bytes as UTF-8 with everything unprintable escaped; the root is <c>/</c>.</summary>
    public override string ToString() => IsRoot ? "/" : BytesText.Escape(Bytes);

    public bool Equals(RepositoryPath other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RepositoryPath other && Equals(other);

    public override int GetHashCode()
    {
        HashCode code = default;
        code.AddBytes(Bytes);
        return code.ToHashCode();
    }

    /// <summary>Byte order, in which a directory stands right before what is below it only together with <see cref="IsWithin"/>.</summary>
    public int CompareTo(RepositoryPath other) => Bytes.SequenceCompareTo(other.Bytes);
}
