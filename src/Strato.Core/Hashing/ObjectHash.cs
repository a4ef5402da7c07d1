using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Strato.Core.Hashing;

/// <summary>
/// A content hash: 20 bytes and the algorithm that made them. It names the stored (encoded) bytes of an object, not
/// the plain ones. Blittable, so that node tables and indexes can hold it; <c>default</c> is "no hash".
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct ObjectHash : IEquatable<ObjectHash>, IComparable<ObjectHash>
{
    /// <summary>The digest's length in bytes, the same for every algorithm.</summary>
    public const int DigestLength = 20;

    /// <summary>The longest text of a hash, <c>-shake128</c> included.</summary>
    public const int MaxTextLength = (2 * DigestLength) + 9;

    private readonly Digest digest;

    /// <summary>Makes a hash of <see cref="DigestLength"/> digest bytes.</summary>
    public ObjectHash(HashAlgorithm algorithm, ReadOnlySpan<byte> digest)
    {
        if (digest.Length != DigestLength)
        {
            throw new ArgumentException($"a digest has {DigestLength} bytes, not {digest.Length}", nameof(digest));
        }

        digest.CopyTo(this.digest);
        Algorithm = algorithm;
    }

    /// <summary>The algorithm that made the digest.</summary>
    public HashAlgorithm Algorithm { get; }

    /// <summary>True for <c>default</c>: twenty zero bytes, which name nothing.</summary>
    public bool IsNull => !Bytes.ContainsAnyExcept((byte)0);

    /// <summary>The digest's bytes, valid as long as this variable is.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => digest;

    public static bool operator ==(ObjectHash left, ObjectHash right) => left.Equals(right);

    public static bool operator !=(ObjectHash left, ObjectHash right) => !left.Equals(right);

    public static bool operator <(ObjectHash left, ObjectHash right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectHash left, ObjectHash right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectHash left, ObjectHash right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectHash left, ObjectHash right) => left.CompareTo(right) >= 0;

    /// <summary>
    /// Reads lower-case hexadecimal text with its algorithm's suffix, as manifests and catalogs hold it. Upper-case digits
    /// and anything after the suffix are refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ObjectHash hash)
    {
        hash = default;
        const int hexLength = 2 * DigestLength;
        if (text.Length < hexLength || text[..hexLength].ContainsAnyInRange((byte)'A', (byte)'F'))
        {
            return false;
        }

        HashAlgorithm algorithm;
        ReadOnlySpan<byte> suffix = text[hexLength..];
        if (suffix.IsEmpty)
        {
            algorithm = HashAlgorithm.Sha1;
        }
        else if (suffix.SequenceEqual("-rmd160"u8))
        {
            algorithm = HashAlgorithm.Rmd160;
        }
        else if (suffix.SequenceEqual("-shake128"u8))
        {
            algorithm = HashAlgorithm.Shake128;
        }
        else
        {
            return false;
        }

        Span<byte> decoded = stackalloc byte[DigestLength];
        if (Convert.FromHexString(text[..hexLength], decoded, out _, out int written) != OperationStatus.Done || written != DigestLength)
        {
            return false;
        }

        hash = new ObjectHash(algorithm, decoded);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out ObjectHash)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectHash hash)
    {
        Span<byte> ascii = stackalloc byte[MaxTextLength];
        if (text.Length <= MaxTextLength && Encoding.ASCII.TryGetBytes(text, ascii, out int length) && Ascii.IsValid(text))
        {
            return TryParse(ascii[..length], out hash);
        }

        hash = default;
        return false;
    }

    /// <summary>Writes the text form as ASCII and returns its length, at most <see cref="MaxTextLength"/>.</summary>
    public int Format(Span<byte> destination)
    {
        _ = Convert.TryToHexStringLower(Bytes, destination, out int written);
        ReadOnlySpan<byte> suffix = Algorithm switch
        {
            HashAlgorithm.Rmd160 => "-rmd160"u8,
            HashAlgorithm.Shake128 => "-shake128"u8,
            _ => default,
        };
        suffix.CopyTo(destination[written..]);
        return written + suffix.Length;
    }

    /// <summary>Lower-case hexadecimal digits and the algorithm's suffix.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }

    public bool Equals(ObjectHash other) => Algorithm == other.Algorithm && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ObjectHash other && Equals(other);

    public override int GetHashCode() => MemoryMarshal.Read<int>(Bytes);

    public int CompareTo(ObjectHash other)
    {
        int order = Bytes.SequenceCompareTo(other.Bytes);
        return order != 0 ? order : Algorithm.CompareTo(other.Algorithm);
    }

    [InlineArray(DigestLength)]
    private struct Digest
    {
        private byte element;
    }
}
