using System.Diagnostics.CodeAnalysis;
using System.Text;
using Strato.Core.Hashing;

namespace Strato.Core.Signing;

/// <summary>
/// The envelope of manifests and whitelists: lines of text, a line <c>--</c>, the hash of the lines in hexadecimal, a newline,
/// and the raw signature over the hash's text. The slices point into the bytes that were parsed.
/// </summary>
/// <param name="Text">The signed lines, the last newline included.</param>
/// <param name="HashText">The hash as it is written.</param>
/// <param name="Signature">Everything after it.</param>
public sealed record SignedLetter(ReadOnlyMemory<byte> Text, ReadOnlyMemory<byte> HashText, ReadOnlyMemory<byte> Signature)
{
    private static ReadOnlySpan<byte> Mark => "\n--\n"u8;

    /// <summary>Takes an envelope apart. Says nothing yet about hash and signature.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out SignedLetter? letter)
    {
        letter = null;
        int mark = bytes.Span.IndexOf(Mark);
        if (mark < 0)
        {
            return false;
        }

        ReadOnlyMemory<byte> sealing = bytes[(mark + Mark.Length)..];
        int end = sealing.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        letter = new SignedLetter(bytes[..(mark + 1)], sealing[..end], sealing[(end + 1)..]);
        return true;
    }

    /// <summary>True where the written hash is the text's: the text was not changed after the hash was written.</summary>
    public bool HashIsRight() =>
        ObjectHash.TryParse(HashText.Span, out ObjectHash hash) && ContentHasher.Hash(hash.Algorithm, Text.Span) == hash;

    /// <summary>Seals a text that ends in a newline.</summary>
    /// <param name="text">The lines to sign.</param>
    /// <param name="algorithm">The repository's hash algorithm.</param>
    /// <param name="sign">Signs the hash's text.</param>
    public static byte[] Seal(ReadOnlySpan<byte> text, HashAlgorithm algorithm, Func<byte[], byte[]> sign)
    {
        if (!text.EndsWith("\n"u8))
        {
            throw new ArgumentException("the text must end in a newline", nameof(text));
        }

        byte[] hash = Encoding.ASCII.GetBytes(ContentHasher.Hash(algorithm, text).ToString());
        return [.. text, .. "--\n"u8, .. hash, (byte)'\n', .. sign(hash)];
    }
}
