using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Publishing.Keys;
using Strato.Publishing.Operations;
using Strato.Storage.Objects;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>A repository gets another key while clients go on trusting it, and a revoked one is never listed again.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly KeyFiles keys;

    public KeyRotationTests() => keys = new KeyFiles(home.Home.Directory, TemporaryHome.Name);

    private OperationContext Context => home.Context(TestContext.Current.CancellationToken);

    [Fact]
    public void Old_and_new_manifests_are_trusted_until_the_former_certificate_is_retired()
    {
        byte[] oldManifest = Stored(ObjectKey.Manifest);
        RotationOutcome outcome = Rotate();

        Assert.Equal(RotationState.Rotated, outcome.State);
        Assert.NotEqual(Of(outcome.Former), Of(outcome.Next));
        Assert.Equal(Of(outcome.Next), Of(KeyFiles.LoadCertificate(keys.Certificate)));
        Assert.False(keys.HasNext);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(keys.PrivateKey));
        Assert.True(IsTrusted(oldManifest));
        Assert.True(IsTrusted(Stored(ObjectKey.Manifest)));
        Assert.Empty(home.Check());
        Assert.True(Publish().IsChanged);

        Assert.Throws<StratoException>(Rotate);
        Assert.Equal(Of(outcome.Former), Of(KeyRotation.Retire(TemporaryHome.Name, 30, null, Context)));
        Assert.False(IsTrusted(oldManifest));
        Assert.True(IsTrusted(Stored(ObjectKey.Manifest)));
        Assert.Throws<StratoException>(() => KeyRotation.Retire(TemporaryHome.Name, 30, null, Context));
        Assert.Empty(home.Check());
        Rotate();
        Assert.Empty(home.Check());
    }

    [Fact]
    public void Signing_the_whitelist_meanwhile_keeps_both_certificates()
    {
        RotationOutcome outcome = Rotate();
        WhitelistSigning.Run(TemporaryHome.Name, 30, Context);
        Assert.Equal([Of(outcome.Next), Of(outcome.Former)], Listed());
    }

    [Fact]
    public void Whatever_a_kill_left_the_next_operation_goes_on_from_it()
    {
        RepositoryKeys made = RepositoryKeys.Generate(TemporaryHome.Name, DateTimeOffset.UtcNow, master: null);
        byte[] formerKey = File.ReadAllBytes(keys.PrivateKey);
        byte[] formerCertificate = File.ReadAllBytes(keys.Certificate);

        // While the next keys were written.
        keys.SaveNext(made);
        File.Delete(keys.NextCertificate);
        Assert.True(Publish().IsChanged);
        RotationOutcome outcome = Rotate();
        Assert.Equal(Of(outcome.Next), Of(KeyFiles.LoadCertificate(keys.Certificate)));

        // After the manifest was signed with the next key, before anything was put in place.
        byte[] nextKey = File.ReadAllBytes(keys.PrivateKey);
        byte[] nextCertificate = File.ReadAllBytes(keys.Certificate);
        Put(keys.PrivateKey, formerKey);
        Put(keys.Certificate, formerCertificate);
        Put(keys.NextPrivateKey, nextKey);
        Put(keys.NextCertificate, nextCertificate);
        File.Delete(keys.FormerCertificate);
        Assert.Empty(home.Check());
        Assert.True(Publish().IsChanged);
        Assert.Empty(home.Check());
        Assert.Equal(Of(outcome.Next), Of(Rotate().Next));
        Assert.Empty(home.Check());

        // Between key and certificate.
        File.Move(keys.Certificate, keys.NextCertificate);
        Put(keys.Certificate, formerCertificate);
        Assert.True(Publish().IsChanged);
        Assert.Equal(Of(outcome.Next), Of(KeyFiles.LoadCertificate(keys.Certificate)));
        Assert.False(File.Exists(keys.NextCertificate));
        Assert.Empty(home.Check());
        made.Dispose();
    }

    [Fact]
    public void Where_the_master_key_is_elsewhere_the_rotation_waits_for_its_whitelist()
    {
        using MasterKey master = keys.LoadMaster();
        File.Delete(keys.MasterKey);
        KeyRotationRequest request = Request with { IsMasterElsewhere = true };
        Assert.Equal(RotationState.AwaitsWhitelist, KeyRotation.Rotate(request, Context).State);
        Assert.True(Publish().IsChanged);
        WhitelistRequest asked = WhitelistSigning.Request(TemporaryHome.Name, 20, Context);
        Assert.Equal(2, asked.Certificates.Count);
        WhitelistSigning.Install(TemporaryHome.Name, master.Sign(asked.ToWhitelist(DateTimeOffset.UtcNow), asked.Hash), Context);

        Assert.Equal(RotationState.Rotated, KeyRotation.Rotate(request, Context).State);
        Assert.Empty(home.Check());
        WhitelistRequest retiring = KeyRotation.RequestRetirement(TemporaryHome.Name, 20, Context);
        WhitelistSigning.Install(TemporaryHome.Name, master.Sign(retiring.ToWhitelist(DateTimeOffset.UtcNow), retiring.Hash), Context);
        Assert.Single(Listed());
        Assert.False(File.Exists(keys.FormerCertificate));
        Assert.Empty(home.Check());
    }

    [Fact]
    public void A_revoked_key_is_replaced_and_never_listed_again()
    {
        byte[] oldManifest = Stored(ObjectKey.Manifest);
        byte[] oldKey = File.ReadAllBytes(keys.PrivateKey);
        byte[] oldCertificate = File.ReadAllBytes(keys.Certificate);
        ObjectHash fingerprint = Of(KeyFiles.LoadCertificate(keys.Certificate));
        string blacklist = Path.Combine(home.NewFolder("client"), "blacklist");

        Assert.Equal(RevocationOutcome.Replaced, KeyRevocation.Run(TemporaryHome.Name, fingerprint, 30, null, Context));
        KeyRevocation.Blacklist(blacklist, TemporaryHome.Name, fingerprint, DateTimeOffset.UtcNow);
        KeyRevocation.Blacklist(blacklist, TemporaryHome.Name, fingerprint, DateTimeOffset.UtcNow);

        Assert.Equal([Of(KeyFiles.LoadCertificate(keys.Certificate))], Listed());
        Assert.False(IsTrusted(oldManifest));
        Assert.Empty(home.Check());
        Assert.Single(File.ReadAllLines(blacklist));
        Assert.Equal([fingerprint], Blacklist.Parse(File.ReadAllBytes(blacklist)).Certificates);
        Assert.Contains(KeyReport.Read(TemporaryHome.Name, Context).Certificates, one => one is { Role: "revoked", IsListed: false } && one.Fingerprint == fingerprint);

        // An old backup brings it back.
        Put(keys.PrivateKey, oldKey);
        Put(keys.Certificate, oldCertificate);
        StratoException error = Assert.Throws<StratoException>(() => WhitelistSigning.Run(TemporaryHome.Name, 30, Context));
        Assert.Contains("it was revoked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_former_and_an_unknown_certificate_can_be_revoked()
    {
        RotationOutcome outcome = Rotate();
        Assert.Equal(RevocationOutcome.Dropped, KeyRevocation.Run(TemporaryHome.Name, Of(outcome.Former), 30, null, Context));
        Assert.Equal([Of(outcome.Next)], Listed());
        ObjectHash unknown = ContentHasher.Hash(HashAlgorithm.Sha1, "unknown"u8);
        Assert.Equal(RevocationOutcome.Unknown, KeyRevocation.Run(TemporaryHome.Name, unknown, 30, null, Context));
        Assert.Empty(home.Check());
        Assert.Equal(["current", "revoked", "revoked"], KeyReport.Read(TemporaryHome.Name, Context).Certificates.Select(one => one.Role));
    }

    [Fact]
    public void Without_the_master_key_nothing_is_taken_back()
    {
        File.Delete(keys.MasterKey);
        byte[] whitelist = Stored(ObjectKey.Whitelist);
        ObjectHash fingerprint = Of(KeyFiles.LoadCertificate(keys.Certificate));
        Assert.Contains("--masterkey", Assert.Throws<StratoException>(() => KeyRevocation.Run(TemporaryHome.Name, fingerprint, 30, null, Context)).Message, StringComparison.Ordinal);
        Assert.Equal(whitelist, Stored(ObjectKey.Whitelist));
        Assert.Equal(["current"], KeyReport.Read(TemporaryHome.Name, Context).Certificates.Select(one => one.Role));
    }

    public void Dispose() => home.Dispose();

    private static KeyRotationRequest Request => new() { Repository = TemporaryHome.Name, Settling = TimeSpan.Zero };

    private RotationOutcome Rotate() => KeyRotation.Rotate(Request, Context);

    private PublishOutcome Publish()
    {
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), Guid.NewGuid().ToString());
        return home.Publish(source);
    }

    private byte[] Stored(string key) => File.ReadAllBytes(Path.Combine(home.Storage, key));

    private IEnumerable<ObjectHash> Listed()
    {
        Assert.True(Whitelist.TryParse(Stored(ObjectKey.Whitelist), out Whitelist? whitelist, out _));
        return whitelist.Fingerprints;
    }

    private bool IsTrusted(byte[] manifest)
    {
        ObjectHash certificate = Manifest.Parse(manifest).Certificate!.Value;
        return TrustChain.TryVerify(
            new TrustRequest
            {
                Manifest = manifest,
                Whitelist = Stored(ObjectKey.Whitelist),
                CertificateObject = Stored(ObjectKey.Of(new ObjectName(certificate, ObjectKind.Certificate))),
                MasterKeys = MasterPublicKey.Load(keys.PublicKey),
                RepositoryName = TemporaryHome.Name,
                Now = DateTimeOffset.UtcNow,
            },
            out _,
            out _);
    }

    private static void Put(string file, byte[] content)
    {
        File.Delete(file);
        File.WriteAllBytes(file, content);
    }

    private static ObjectHash Of(SigningCertificate certificate) => certificate.FingerprintOf(HashAlgorithm.Sha1);
}
