using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using HashAlgorithm = Strato.Core.Hashing.HashAlgorithm;

namespace Strato.Core.Signing;

/// <summary>
/// The X.509 certificate whose key signs a repository's manifests. It is a key with a name: its issuer and validity are not
/// looked at, the whitelist alone says whether it is trusted. Immutable.
/// </summary>
public sealed class SigningCertificate
{
    /// <summary>The longest certificate that is read, in plain bytes.</summary>
    public const int MaxLength = 256 * 1024;

    private readonly byte[] der;

    private SigningCertificate(byte[] pem, byte[] der, string subject)
    {
        Pem = pem;
        this.der = der;
        Subject = subject;
    }

    /// <summary>The PEM text as it was read or made; a certificate object holds exactly these bytes, zlib-compressed.</summary>
    public ReadOnlyMemory<byte> Pem { get; }

    /// <summary>The subject's distinguished name, fit to be shown.</summary>
    public string Subject { get; }

    /// <summary>Reads a PEM certificate.</summary>
    public static bool TryParse(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out SigningCertificate? certificate)
    {
        certificate = null;
        if (pem.Length > MaxLength)
        {
            return false;
        }

        string text = Encoding.Latin1.GetString(pem);
        if (!PemEncoding.TryFind(text, out PemFields fields) || text.AsSpan(fields.Label) is not ("CERTIFICATE" or "X509 CERTIFICATE"))
        {
            return false;
        }

        byte[] content = Convert.FromBase64String(text[fields.Base64Data]);
        try
        {
            using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(content);
            certificate = new SigningCertificate(pem.ToArray(), parsed.RawData, BytesText.Escape(parsed.Subject));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Opens a certificate object's stored bytes.</summary>
    /// <param name="stored">The zlib stream that a manifest's field X names.</param>
    public static bool TryOpenObject(ReadOnlySpan<byte> stored, [NotNullWhen(true)] out SigningCertificate? certificate)
    {
        certificate = null;
        return Decoders.DecodeAll(CompressionAlgorithm.Zlib, stored, MaxLength, out byte[] pem) == DecodeStatus.Complete
            && TryParse(pem, out certificate);
    }

    /// <summary>The hash that whitelists and blacklists list: over the DER bytes.</summary>
    public ObjectHash FingerprintOf(HashAlgorithm algorithm) => ContentHasher.Hash(algorithm, der);

    /// <summary>The certificate object: its stored bytes and their name. It is zlib whatever the repository's encoding.</summary>
    public (ObjectName Name, byte[] Stored) ToObject(HashAlgorithm algorithm)
    {
        using IEncoder encoder = Encoders.Create(ObjectEncoding.Zlib);
        ArrayBufferWriter<byte> stored = new();
        encoder.EncodeAll(Pem.Span, stored);
        ObjectHash hash = ContentHasher.Hash(algorithm, stored.WrittenSpan);
        return (new ObjectName(hash, ObjectKind.Certificate), stored.WrittenSpan.ToArray());
    }

    /// <summary>True where the certificate's key signed <paramref name="hashText"/>: PKCS#1 v1.5 or ECDSA over its SHA-1.</summary>
    public bool Verifies(ReadOnlySpan<byte> hashText, ReadOnlySpan<byte> signature)
    {
        try
        {
            using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(der);
            using RSA? rsa = parsed.GetRSAPublicKey();
            if (rsa is not null)
            {
                using RsaKey? key = RsaKey.FromPublic(rsa);
                return key?.TryRecover(signature) is byte[] recovered && recovered.AsSpan().SequenceEqual(Sha1DigestInfo.Of(hashText));
            }

            using ECDsa? ecdsa = parsed.GetECDsaPublicKey();
            return ecdsa is not null && ecdsa.VerifyData(hashText, signature, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public override string ToString() => Subject;
}
