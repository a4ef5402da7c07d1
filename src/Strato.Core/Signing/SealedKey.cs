using System.Security.Cryptography;
using System.Text;

namespace Strato.Core.Signing;

/// <summary>
/// A private key under a passphrase, for backups: an <c>ENCRYPTED PRIVATE KEY</c> in PEM form (PKCS#8, PBES2 with AES-256 and PBKDF2 over SHA-256), which openssl opens too.
/// </summary>
public static class SealedKey
{
    /// <summary>What a passphrase costs to try, after OWASP's advice for PBKDF2 with SHA-256.</summary>
    private const int Iterations = 600_000;

    /// <summary>Encrypts a private key.</summary>
    /// <param name="pem">The unencrypted PEM text.</param>
    /// <param name="passphrase">The passphrase, not empty.</param>
    /// <param name="source">What messages call the key.</param>
    /// <exception cref="StratoException">It is no RSA key.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> pem, string passphrase, string source)
    {
        using RSA rsa = RsaKey.Import(pem) ?? throw new StratoException($"cannot back {source} up: it is no unencrypted RSA key in PEM form");
        return Encoding.ASCII.GetBytes(rsa.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)) + "\n");
    }

    /// <summary>Decrypts a private key.</summary>
    /// <exception cref="StratoException">The passphrase is another one, or the key is damaged.</exception>
    public static byte[] Open(ReadOnlySpan<byte> pem, string passphrase, string source)
    {
        using RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromEncryptedPem(Encoding.Latin1.GetString(pem), passphrase);
            return Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem() + "\n");
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw new StratoException($"cannot open {source}: the passphrase is another one, or the key is damaged", error);
        }
    }
}
