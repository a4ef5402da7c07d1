using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Strato.Core.Manifests;

namespace Strato.Core.Signing;

/// <summary>
/// The keys that a publisher holds: the repository's private key with its certificate, which sign manifests, and where it is at
/// hand the master key, which signs the whitelist. Safe to use from several threads.
/// </summary>
public sealed class RepositoryKeys : IDisposable
{
    /// <summary>The length of RSA keys that are made.</summary>
    public const int KeyBits = 2048;

    /// <summary>Longer names are cut in the certificate's subject, whose common name holds 64 characters.</summary>
    private const int MaxNameInSubject = 30;

    private readonly RsaKey key;
    private readonly byte[] pem;

    private RepositoryKeys(RSA rsa, SigningCertificate certificate, MasterKey? master, string source)
    {
        key = RsaKey.FromPrivate(rsa) ?? throw new StratoException($"cannot use {source}: libcrypto does not take the key");
        pem = Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem() + "\n");
        Certificate = certificate;
        Master = master;
    }

    /// <summary>The certificate of the repository's key.</summary>
    public SigningCertificate Certificate { get; }

    /// <summary>The master key, null where it is kept elsewhere.</summary>
    public MasterKey? Master { get; }

    /// <summary>Makes new keys: a master key, a repository key, and a self-signed certificate that is formally valid for a year (nobody looks).</summary>
    public static RepositoryKeys Generate(string repositoryName, DateTimeOffset now)
    {
        MasterKey master = MasterKey.Generate();
        try
        {
            return Generate(repositoryName, now, master);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>Makes a repository key and its certificate beside a master key, which the result then owns, or without one.</summary>
    public static RepositoryKeys Generate(string repositoryName, DateTimeOffset now, MasterKey? master)
    {
        string name = repositoryName.Length > MaxNameInSubject ? repositoryName[..MaxNameInSubject] + "[...]" : repositoryName;
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(name + " CernVM-FS Release Managers");
        using RSA rsa = RSA.Create(KeyBits);
        CertificateRequest request = new(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(now, now.AddDays(365));
        return SigningCertificate.TryParse(Encoding.ASCII.GetBytes(made.ExportCertificatePem() + "\n"), out SigningCertificate? certificate)
            ? new RepositoryKeys(rsa, certificate, master, "the new repository key")
            : throw new InvalidOperationException("the certificate that was just made cannot be read");
    }

    /// <summary>Puts keys together that were read from PEM texts.</summary>
    /// <param name="privateKey">The unencrypted private key.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="master">The master key, which the result then owns; null without.</param>
    /// <param name="source">What messages call the keys.</param>
    /// <exception cref="StratoException">A text is not what it should be, or key and certificate do not belong together.</exception>
    public static RepositoryKeys Parse(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> certificate, MasterKey? master, string source)
    {
        if (!SigningCertificate.TryParse(certificate, out SigningCertificate? parsed))
        {
            throw new StratoException($"cannot use the repository's keys ({source}): the certificate is not an X.509 certificate in PEM form");
        }

        using RSA? rsa = RsaKey.Import(privateKey);
        try
        {
            RepositoryKeys keys = rsa is null ? throw new CryptographicException("not an RSA key") : new RepositoryKeys(rsa, parsed, master, source);
            if (keys.Matches())
            {
                return keys;
            }

            keys.key.Dispose();
            throw new StratoException($"cannot use the repository's keys ({source}): the private key does not belong to the certificate; restore the pair that mkfs made");
        }
        catch (CryptographicException error)
        {
            throw new StratoException($"cannot use the repository's keys ({source}): the private key is not an unencrypted RSA key in PEM form", error);
        }
    }

    /// <summary>The signed manifest, ready to be served.</summary>
    public byte[] Sign(Manifest manifest) => SignedLetter.Seal(manifest.ToBytes(), manifest.HashAlgorithm, Sign);

    public void Dispose()
    {
        key.Dispose();
        Master?.Dispose();
        CryptographicOperations.ZeroMemory(pem);
    }

    /// <summary>The private key in PEM form; the caller does not change it.</summary>
    internal byte[] ToBytes() => pem;

    private bool Matches()
    {
        byte[] probe = "key and certificate belong together"u8.ToArray();
        return Certificate.Verifies(probe, Sign(probe));
    }

    private byte[] Sign(byte[] hashText) => key.Sign(Sha1DigestInfo.Of(hashText));
}
