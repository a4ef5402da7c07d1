using System.Security.Cryptography;

namespace Strato.Core.Signing;

/// <summary>The DigestInfo that PKCS#1 v1.5 signs for SHA-1 (RFC 8017, section 9.2).</summary>
internal static class Sha1DigestInfo
{
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

    public static byte[] Of(ReadOnlySpan<byte> data) => [.. Prefix, .. SHA1.HashData(data)];
}
