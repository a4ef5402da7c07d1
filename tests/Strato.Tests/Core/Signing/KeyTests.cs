using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Testing.Golden;
using Strato.Testing.Signing;

namespace Strato.Tests.Core.Signing;

public sealed class KeyTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("strato-keys-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Keys_come_back_from_files_that_only_their_owner_reads()
    {
        KeyFiles files = new(Path.Combine(directory, "keys"), "signed.test.org");
        files.Save(SignedRepository.Shared.Keys);
        const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(files.PrivateKey));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(files.MasterKey));
        Assert.Equal(everybody, File.GetUnixFileMode(files.Certificate));
        Assert.Equal(everybody, File.GetUnixFileMode(files.PublicKey));

        using RepositoryKeys loaded = files.Load();
        Assert.Equal(SignedRepository.Shared.Keys.Sign(SignedRepository.Shared.Manifest), loaded.Sign(SignedRepository.Shared.Manifest));
        Assert.NotNull(loaded.Master);
        using MasterPublicKey key = MasterPublicKey.Load(files.Directory).Single();
        Assert.NotNull(TrustChain.Verify(SignedRepository.Shared.Request with { MasterKeys = [key] }));
    }

    [Fact]
    public void Existing_keys_are_never_overwritten_and_nothing_half_written_stays()
    {
        KeyFiles files = new(directory, "signed.test.org");
        File.WriteAllText(files.MasterKey, "precious");
        StratoException error = Assert.Throws<StratoException>(() => files.Save(SignedRepository.Shared.Keys));
        Assert.StartsWith($"cannot store the keys of signed.test.org in {directory}: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(files.MasterKey));
        Assert.Single(Directory.GetFiles(directory));
    }

    [Fact]
    public void A_repository_signs_without_its_master_key()
    {
        KeyFiles files = new(directory, "signed.test.org");
        files.Save(SignedRepository.Shared.Keys);
        File.Delete(files.MasterKey);
        using RepositoryKeys loaded = files.Load();
        Assert.Null(loaded.Master);
        Assert.NotEmpty(loaded.Sign(SignedRepository.Shared.Manifest));
        Assert.Contains("cannot read the key file", Assert.Throws<StratoException>(files.LoadMaster).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_not_the_certificates_is_refused()
    {
        GoldenRepository first = GoldenRepository.Sha1;
        GoldenRepository second = GoldenRepository.Rmd160;
        StratoException error = Assert.Throws<StratoException>(() =>
            RepositoryKeys.Parse(File.ReadAllBytes(first.Key("key")), File.ReadAllBytes(second.Key("crt")), null, "test"));
        Assert.Contains("does not belong to the certificate", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("\u0000\u0001\u0002")]
    public void What_is_no_key_is_refused_in_one_line(string text)
    {
        byte[] pem = Encoding.ASCII.GetBytes(text);
        foreach (Action parse in new Action[]
        {
            () => MasterKey.Parse(pem, "test"),
            () => MasterPublicKey.Parse(pem, "test"),
            () => RepositoryKeys.Parse(pem, File.ReadAllBytes(GoldenRepository.Sha1.Key("crt")), null, "test"),
            () => RepositoryKeys.Parse(File.ReadAllBytes(GoldenRepository.Sha1.Key("key")), pem, null, "test"),
        })
        {
            Assert.DoesNotContain('\n', Assert.Throws<StratoException>(parse).Message);
        }
    }

    [Fact]
    public void A_public_key_where_a_private_one_is_needed_is_refused()
    {
        byte[] pem = File.ReadAllBytes(GoldenRepository.Sha1.PublicKey);
        Assert.Throws<StratoException>(() => MasterKey.Parse(pem, "test"));
        Assert.Throws<StratoException>(() => RepositoryKeys.Parse(pem, File.ReadAllBytes(GoldenRepository.Sha1.Key("crt")), null, "test"));
    }

    [Fact]
    public void The_older_pem_form_of_a_key_is_read()
    {
        using RSA rsa = RSA.Create(2048);
        using MasterKey key = MasterKey.Parse(Encoding.ASCII.GetBytes(rsa.ExportRSAPrivateKeyPem()), "test");
        Assert.Equal(rsa.ExportSubjectPublicKeyInfoPem().Trim(), key.PublicKey.Pem.Trim());
    }

    [Fact]
    public void A_manifest_signed_with_an_elliptic_curve_verifies()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=ec", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(SignedRepository.Now, SignedRepository.Now.AddDays(1));
        Assert.True(SigningCertificate.TryParse(Encoding.ASCII.GetBytes(made.ExportCertificatePem()), out SigningCertificate? certificate));
        byte[] signature = key.SignData("text"u8, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(certificate.Verifies("text"u8, signature));
        Assert.False(certificate.Verifies("test"u8, signature));
        Assert.False(certificate.Verifies("text"u8, []));
    }

    [Fact]
    public void An_empty_directory_and_a_missing_file_are_named()
    {
        Assert.Equal($"cannot find a public master key: {directory} holds no .pub file", Assert.Throws<StratoException>(() => MasterPublicKey.Load(directory)).Message);
        string missing = Path.Combine(directory, "x.pub");
        Assert.StartsWith($"cannot read the public master key {missing}: ", Assert.Throws<StratoException>(() => MasterPublicKey.Load(missing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_cut_in_the_certificates_subject()
    {
        using RepositoryKeys keys = RepositoryKeys.Generate("a-very-long-repository-name-that-does-not-fit.example.org", SignedRepository.Now);
        Assert.Equal("CN=a-very-long-repository-name-th[...] CernVM-FS Release Managers", keys.Certificate.Subject);
    }

    [Theory]
    [InlineData("A7:3D:8D:A9:26:B7:2B:3D:BE:D6:D4:D5:1F:5F:19:1A:D5:92:34:D2", "a73d8da926b72b3dbed6d4d51f5f191ad59234d2")]
    [InlineData("a73d8da926b72b3dbed6d4d51f5f191ad59234d2# no colons", "a73d8da926b72b3dbed6d4d51f5f191ad59234d2")]
    [InlineData("26:2D:C0:89:1F:3D:2F:CA:9A:9B:94:EA:92:FD:E3:35:FB:6D:C6:33-RMD160 # a comment", "262dc0891f3d2fca9a9b94ea92fde335fb6dc633-rmd160")]
    public void Fingerprints_are_read_as_the_genuine_client_reads_them(string line, string expected)
    {
        Assert.True(Fingerprint.TryParse(Encoding.ASCII.GetBytes(line), out ObjectHash hash));
        Assert.Equal(expected, hash.ToString());
        Assert.True(Fingerprint.TryParse(Encoding.ASCII.GetBytes(Fingerprint.Format(hash)), out ObjectHash again));
        Assert.Equal(hash, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# comment")]
    [InlineData("A7:3D")]
    [InlineData("26:2D:C0:89:1F:3D:2F:CA:9A:9B:94:EA:92:FD:E3:35:FB:6D:C6:33-MD5")]
    public void Other_lines_are_no_fingerprints(string line) => Assert.False(Fingerprint.TryParse(Encoding.ASCII.GetBytes(line), out _));
}
