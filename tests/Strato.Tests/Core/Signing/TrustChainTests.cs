using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Testing.Golden;
using Strato.Testing.Signing;

namespace Strato.Tests.Core.Signing;

public sealed class TrustChainTests
{
    private static readonly SignedRepository Good = SignedRepository.Shared;
    private static readonly Lazy<SignedRepository> Other = new(() => new SignedRepository("other.test.org"));

    public static TheoryData<string> Goldens => [.. GoldenRepository.All.Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void A_golden_repository_is_trusted_with_its_key(string name)
    {
        GoldenRepository golden = GoldenRepository.All.Single(repository => repository.Name == name);
        byte[] manifest = File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfspublished"));
        using MasterPublicKey key = MasterPublicKey.Load(golden.PublicKey).Single();
        TrustRequest request = new()
        {
            Manifest = manifest,
            Whitelist = File.ReadAllBytes(Path.Combine(golden.Storage, ".cvmfswhitelist")),
            CertificateObject = golden.ReadStored(new ObjectName(Manifest.Parse(manifest).Certificate!.Value, ObjectKind.Certificate)),
            MasterKeys = [key],
            RepositoryName = name,
            Now = SignedRepository.Now,
        };
        TrustedManifest trusted = TrustChain.Verify(request);
        Assert.Equal(name, trusted.Manifest.RepositoryName);
        Assert.Equal(File.ReadAllBytes(golden.Key("crt")), trusted.Certificate.Pem.ToArray());

        // Its own key signs the same bytes again: the padding is deterministic.
        using RepositoryKeys keys = new KeyFiles(Path.Combine(golden.Folder, "keys"), name).Load();
        Assert.Equal(manifest, keys.Sign(trusted.Manifest));
        Assert.Equal(request.Whitelist.ToArray(), keys.Master!.Sign(trusted.Whitelist, trusted.Manifest.HashAlgorithm));
        (ObjectName certificate, byte[] stored) = keys.Certificate.ToObject(trusted.Manifest.HashAlgorithm);
        Assert.Equal(trusted.Manifest.Certificate, certificate.Hash);
        Assert.Equal(request.CertificateObject.ToArray(), stored);
    }

    [Theory]
    [InlineData(HashAlgorithm.Sha1)]
    [InlineData(HashAlgorithm.Rmd160)]
    [InlineData(HashAlgorithm.Shake128)]
    public void New_keys_make_a_root_that_is_trusted(HashAlgorithm algorithm)
    {
        using SignedRepository repository = new("new.test.org", algorithm);
        Assert.Equal(repository.Manifest.RootCatalog, TrustChain.Verify(repository.Request).Manifest.RootCatalog);
    }

    [Fact]
    public void Any_of_several_master_keys_will_do() => Assert.NotNull(
        TrustChain.Verify(Good.Request with { MasterKeys = [Other.Value.Keys.Master!.PublicKey, Good.Keys.Master!.PublicKey] }));

    [Fact]
    public void Another_master_key_is_refused()
    {
        TrustFailure failure = Refused(Good.Request with { MasterKeys = [Other.Value.Keys.Master!.PublicKey] });
        Assert.Equal(TrustFailureReason.WhitelistWrongMasterKey, failure.Reason);
        Assert.Contains("public key", failure.Message, StringComparison.Ordinal);
        Assert.Equal(TrustFailureReason.WhitelistWrongMasterKey, Refused(Good.Request with { MasterKeys = [] }).Reason);
    }

    [Theory]
    [InlineData(30 * 24 * 60 - 31, false)]
    [InlineData(30 * 24 * 60 - 30, true)]
    [InlineData(40 * 24 * 60, true)]
    public void A_whitelist_expires_at_the_beginning_of_its_last_hour(int minutes, bool isExpired)
    {
        TrustRequest request = Good.Request with { Now = SignedRepository.Now.AddMinutes(minutes) };
        Assert.Equal(!isExpired, TrustChain.TryVerify(request, out _, out TrustFailure? failure));
        Assert.Equal(isExpired ? TrustFailureReason.WhitelistExpired : null, failure?.Reason);
    }

    [Fact]
    public void Another_repositorys_whitelist_is_refused() => Assert.Equal(
        TrustFailureReason.WhitelistNameMismatch, Refused(Good.Request with { Whitelist = Other.Value.Request.Whitelist }).Reason);

    [Fact]
    public void A_longer_expiry_cannot_be_written_into_a_whitelist()
    {
        string text = Encoding.Latin1.GetString(Good.Request.Whitelist.Span).Replace("\nE2026", "\nE2036", StringComparison.Ordinal);
        Assert.Equal(TrustFailureReason.WhitelistSignatureInvalid, Refused(Good.Request with { Whitelist = Encoding.Latin1.GetBytes(text) }).Reason);
    }

    [Fact]
    public void A_whitelist_sealed_with_the_signature_of_another_is_refused()
    {
        byte[] forged = Good.Keys.Master!.Sign(Good.Whitelist with { Expires = Good.Whitelist.Expires.AddYears(1) }, HashAlgorithm.Sha1);
        Assert.True(SignedLetter.TryParse(forged, out SignedLetter? letter));
        Assert.True(SignedLetter.TryParse(Good.Request.Whitelist, out SignedLetter? genuine));
        byte[] mixed = [.. forged.AsSpan(0, forged.Length - letter.Signature.Length), .. genuine.Signature.Span];
        Assert.Equal(TrustFailureReason.WhitelistSignatureInvalid, Refused(Good.Request with { Whitelist = mixed }).Reason);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_whitelist_that_asks_for_more_than_is_verified_is_refused(bool isPkcs7, bool needsCaChain)
    {
        Whitelist whitelist = Good.Whitelist with { IsPkcs7 = isPkcs7, NeedsCaChain = needsCaChain };
        byte[] signed = Good.Keys.Master!.Sign(whitelist, HashAlgorithm.Sha1);
        Assert.Equal(TrustFailureReason.WhitelistUnsupported, Refused(Good.Request with { Whitelist = signed }).Reason);
    }

    [Fact]
    public void A_certificate_that_is_not_listed_is_refused()
    {
        Whitelist whitelist = Whitelist.Create(Good.Name, Other.Value.Keys.Certificate.FingerprintOf(HashAlgorithm.Sha1), SignedRepository.Now, 30);
        byte[] signed = Good.Keys.Master!.Sign(whitelist, HashAlgorithm.Sha1);
        Assert.Equal(TrustFailureReason.CertificateNotListed, Refused(Good.Request with { Whitelist = signed }).Reason);
    }

    [Fact]
    public void A_certificate_may_be_listed_under_another_algorithm_and_beside_others()
    {
        Whitelist whitelist = Good.Whitelist with
        {
            Fingerprints = [Other.Value.Keys.Certificate.FingerprintOf(HashAlgorithm.Sha1), Good.Keys.Certificate.FingerprintOf(HashAlgorithm.Shake128)],
        };
        Assert.True(TrustChain.TryVerify(Good.Request with { Whitelist = Good.Keys.Master!.Sign(whitelist, HashAlgorithm.Rmd160) }, out _, out _));
    }

    [Fact]
    public void Another_certificate_object_is_refused() => Assert.Equal(
        TrustFailureReason.CertificateHashMismatch, Refused(Good.Request with { CertificateObject = Other.Value.CertificateObject }).Reason);

    [Fact]
    public void A_certificate_object_that_holds_something_else_is_refused()
    {
        byte[] nonsense = "not a zlib stream"u8.ToArray();
        Manifest manifest = Good.Manifest with { Certificate = ContentHasher.Hash(HashAlgorithm.Sha1, nonsense) };
        TrustRequest request = Good.Request with { Manifest = Good.Keys.Sign(manifest), CertificateObject = nonsense };
        Assert.Equal(TrustFailureReason.CertificateMalformed, Refused(request).Reason);
    }

    [Theory]
    [InlineData(HashAlgorithm.Sha1)]
    [InlineData(HashAlgorithm.Rmd160)]
    public void A_revoked_certificate_is_refused(HashAlgorithm algorithm)
    {
        string line = "# revoked\n" + Fingerprint.Format(Good.Keys.Certificate.FingerprintOf(algorithm)) + " # stolen\n";
        TrustFailure failure = Refused(Good.Request with { Blacklist = Blacklist.Parse(Encoding.ASCII.GetBytes(line)) });
        Assert.Equal(TrustFailureReason.CertificateRevoked, failure.Reason);
        Assert.False(failure.AnotherServerMayHelp);
    }

    [Theory]
    [InlineData("<signed.test.org 7\n", true)]
    [InlineData("<signed.test.org\t 8", false)]
    [InlineData("<signed.test.or 8\n<signed.test.org2 8\n<signed.test.org x8\n<signed.test.org \n<signed.test.org\n< 8\n", true)]
    public void A_revision_below_the_blacklists_limit_is_refused(string lines, bool isTrusted)
    {
        TrustRequest request = Good.Request with { Blacklist = Blacklist.Parse(Encoding.ASCII.GetBytes(lines)) };
        Assert.Equal(isTrusted, TrustChain.TryVerify(request, out _, out TrustFailure? failure));
        Assert.Equal(isTrusted ? null : TrustFailureReason.RevisionBlacklisted, failure?.Reason);
    }

    [Fact]
    public void Another_repositorys_manifest_is_refused() => Assert.Equal(
        TrustFailureReason.ManifestNameMismatch,
        Refused(Good.Request with { Manifest = Good.Keys.Sign(Good.Manifest with { RepositoryName = "evil.test.org" }) }).Reason);

    [Fact]
    public void A_manifest_for_a_subtree_is_refused() => Assert.Equal(
        TrustFailureReason.ManifestRootMismatch,
        Refused(Good.Request with { Manifest = Good.Keys.Sign(Good.Manifest with { RootPath = default }) }).Reason);

    [Fact]
    public void A_manifest_signed_by_another_key_is_refused() => Assert.Equal(
        TrustFailureReason.ManifestSignatureInvalid, Refused(Good.Request with { Manifest = Other.Value.Keys.Sign(Good.Manifest) }).Reason);

    [Fact]
    public void No_shortened_manifest_or_whitelist_is_trusted_and_each_says_why_in_one_line()
    {
        TrustRequest request = Good.Request;
        for (int length = 0; length < request.Manifest.Length; length++)
        {
            Assert.DoesNotContain('\n', Refused(request with { Manifest = request.Manifest[..length] }).Message);
        }

        for (int length = 0; length < request.Whitelist.Length; length++)
        {
            Assert.DoesNotContain('\n', Refused(request with { Whitelist = request.Whitelist[..length] }).Message);
        }
    }

    [Fact]
    public void No_changed_byte_goes_unnoticed()
    {
        TrustRequest request = Good.Request;
        for (int index = 0; index < request.Manifest.Length; index++)
        {
            Refused(request with { Manifest = Changed(request.Manifest, index) });
        }

        for (int index = 0; index < request.Whitelist.Length; index++)
        {
            Refused(request with { Whitelist = Changed(request.Whitelist, index) });
        }

        for (int index = 0; index < request.CertificateObject.Length; index++)
        {
            Refused(request with { CertificateObject = Changed(request.CertificateObject, index) });
        }
    }

    [Fact]
    public void What_is_not_trusted_throws_its_line()
    {
        TrustRequest request = Good.Request with { RepositoryName = "elsewhere.test.org" };
        Assert.Equal(
            "the manifest is for signed.test.org, not for elsewhere.test.org; check the server's address",
            Assert.Throws<StratoException>(() => TrustChain.Verify(request)).Message);
    }

    private static byte[] Changed(ReadOnlyMemory<byte> bytes, int index)
    {
        byte[] changed = bytes.ToArray();
        changed[index] ^= 1;
        return changed;
    }

    private static TrustFailure Refused(TrustRequest request)
    {
        Assert.False(TrustChain.TryVerify(request, out _, out TrustFailure? failure));
        return failure;
    }
}
