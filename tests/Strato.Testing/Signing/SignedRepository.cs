using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;

namespace Strato.Testing.Signing;

/// <summary>
/// The signed root of a repository that exists only in memory: keys, whitelist, certificate object and manifest, each of which
/// a test may replace. Making the keys takes about 0.2 s, so that tests share <see cref="Shared"/>.
/// </summary>
public sealed class SignedRepository : IDisposable
{
    public SignedRepository(string name, HashAlgorithm algorithm = HashAlgorithm.Sha1)
    {
        Name = name;
        Keys = RepositoryKeys.Generate(name, Now);
        (ObjectName certificate, byte[] stored) = Keys.Certificate.ToObject(algorithm);
        CertificateObject = stored;
        Manifest = new Manifest
        {
            RootCatalog = ContentHasher.Hash(algorithm, "a root catalog"u8),
            RootCatalogSize = 4096,
            Revision = 7,
            RepositoryName = name,
            Certificate = certificate.Hash,
            Timestamp = Now.ToUnixTimeSeconds(),
        };
    }

    /// <summary>The time at which everything is valid.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 20, 9, 30, 0, TimeSpan.Zero);

    /// <summary>One for tests that change nothing.</summary>
    public static SignedRepository Shared { get; } = new("signed.test.org");

    public string Name { get; }

    public RepositoryKeys Keys { get; }

    public Manifest Manifest { get; }

    public byte[] CertificateObject { get; }

    /// <summary>A whitelist that is valid for 30 days.</summary>
    public Whitelist Whitelist => Whitelist.Create(Name, Keys.Certificate.FingerprintOf(Manifest.HashAlgorithm), Now, 30);

    /// <summary>What a good server sends to a client that holds the right key.</summary>
    public TrustRequest Request => new()
    {
        Manifest = Keys.Sign(Manifest),
        Whitelist = Keys.Master!.Sign(Whitelist, Manifest.HashAlgorithm),
        CertificateObject = CertificateObject,
        MasterKeys = [Keys.Master.PublicKey],
        RepositoryName = Name,
        Now = Now,
    };

    public void Dispose() => Keys.Dispose();
}
