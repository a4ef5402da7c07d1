using System.Text;
using Strato.Core.Hashing;

namespace Strato.Core.Signing;

/// <summary>
/// A certificate's hash as whitelists and blacklists write it: <c>A7:3D:…:D2</c>, upper case, with the algorithm's suffix for
/// all but SHA-1 (<c>…:33-RMD160</c>), up to a blank or a <c>#</c> that starts a comment. The hash is over the certificate's
/// DER bytes.
/// </summary>
public static class Fingerprint
{
    /// <summary>Reads one line. Case does not matter and colons may be missing, as for the genuine client.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ObjectHash hash)
    {
        hash = default;
        int end = line.IndexOfAny(" \t#\r"u8);
        line = end < 0 ? line : line[..end];
        Span<byte> text = stackalloc byte[ObjectHash.MaxTextLength];
        int length = 0;
        foreach (byte value in line)
        {
            if (value == ':')
            {
                continue;
            }

            if (length == text.Length)
            {
                return false;
            }

            text[length++] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }

        return ObjectHash.TryParse(text[..length], out hash);
    }

    /// <summary>The form that the genuine tools write.</summary>
    public static string Format(ObjectHash hash)
    {
        string text = hash.ToString().ToUpperInvariant();
        StringBuilder result = new();
        for (int i = 0; i < 2 * ObjectHash.DigestLength; i += 2)
        {
            result.Append(i == 0 ? "" : ":").Append(text.AsSpan(i, 2));
        }

        return result.Append(text.AsSpan(2 * ObjectHash.DigestLength)).ToString();
    }
}
