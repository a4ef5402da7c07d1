using System.Security.Cryptography;
using System.Text;

namespace Strato.Core.Signing;

/// <summary>
/// The key that signs whitelists (<c>FQRN.masterkey</c>). It is needed once a month, so that sites keep it elsewhere than the
/// repository's own key. Safe to use from several threads.
/// </summary>
public sealed class MasterKey : IDisposable
{
    private readonly RsaKey key;
    private readonly byte[] pem;

    private MasterKey(RSA rsa, string source)
    {
        key = RsaKey.FromPrivate(rsa) ?? throw new StratoException($"cannot use {source}: libcrypto does not take the key");
        pem = Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem() + "\n");
        PublicKey = MasterPublicKey.Of(rsa, source);
    }

    /// <summary>The half that clients are given.</summary>
    public MasterPublicKey PublicKey { get; }

    /// <summary>Makes an RSA key of 2048 bits, the length that the genuine tools make.</summary>
    public static MasterKey Generate()
    {
        using RSA rsa = RSA.Create(RepositoryKeys.KeyBits);
        return new MasterKey(rsa, "the new master key");
    }

    /// <summary>Reads an unencrypted PEM private key (PKCS#8 or PKCS#1).</summary>
    /// <exception cref="StratoException">It is none.</exception>
    public static MasterKey Parse(ReadOnlySpan<byte> pem, string source)
    {
        using RSA? rsa = RsaKey.Import(pem);
        try
        {
            return rsa is null ? throw NotAKey(source, null) : new MasterKey(rsa, source);
        }
        catch (CryptographicException error)
        {
            throw NotAKey(source, error);
        }
    }

    /// <summary>The signed whitelist, ready to be served.</summary>
    /// <param name="whitelist">What to sign.</param>
    /// <param name="algorithm">The repository's hash algorithm.</param>
    public byte[] Sign(Whitelist whitelist, Hashing.HashAlgorithm algorithm) => SignedLetter.Seal(whitelist.ToBytes(), algorithm, hash => key.Sign(hash));

    public void Dispose()
    {
        key.Dispose();
        PublicKey.Dispose();
        CryptographicOperations.ZeroMemory(pem);
    }

    /// <summary>The private key in PEM form; the caller does not change it.</summary>
    internal byte[] ToBytes() => pem;

    private static StratoException NotAKey(string source, Exception? cause)
    {
        string message = $"cannot use {source} as the master key: it holds no unencrypted RSA private key in PEM form";
        return cause is null ? new StratoException(message) : new StratoException(message, cause);
    }
}
