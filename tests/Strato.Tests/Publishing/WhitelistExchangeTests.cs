using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Publishing.Keys;
using Strato.Publishing.Operations;
using Strato.Publishing.Repositories;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Publishing;

/// <summary>A repository whose master key is elsewhere is signed by way of two files, and takes no answer that is not good.</summary>
public sealed class WhitelistExchangeTests : IDisposable
{
    private readonly ManualClock clock = new(DateTimeOffset.UtcNow);
    private readonly TemporaryHome home;
    private readonly MasterKey master = MasterKey.Generate();
    private readonly KeyFiles keys;

    public WhitelistExchangeTests()
    {
        home = new TemporaryHome { Clock = clock };
        keys = new KeyFiles(home.Home.Directory, TemporaryHome.Name);
        string publicKey = Path.Combine(home.NewFolder("carried"), "master.pub");
        File.WriteAllText(publicKey, master.PublicKey.Pem);
        RepositoryMaker.Run(
            new MakeRepositoryRequest { Settings = new RepositorySettings { Name = TemporaryHome.Name, Storage = string.Empty }, PublicKey = publicKey },
            home.Context(TestContext.Current.CancellationToken));
    }

    private OperationContext Context => home.Context(TestContext.Current.CancellationToken);

    [Fact]
    public void A_repository_without_the_private_master_key_is_published_once_its_whitelist_is_signed()
    {
        Assert.False(File.Exists(keys.MasterKey));
        Assert.Null(WhitelistSigning.Expiry(TemporaryHome.Name, Context));
        Assert.Contains("--request", Assert.Throws<StratoException>(() => Publish()).Message, StringComparison.Ordinal);
        Assert.Contains("--request", Assert.Throws<StratoException>(() => WhitelistSigning.Run(TemporaryHome.Name, 30, Context)).Message, StringComparison.Ordinal);

        WhitelistRequest request = Carried(WhitelistSigning.Request(TemporaryHome.Name, 12, Context));
        Whitelist installed = WhitelistSigning.Install(TemporaryHome.Name, Sign(request), Context);
        Assert.Equal(clock.GetUtcNow().AddDays(12).UtcDateTime, installed.Expires, TimeSpan.FromSeconds(1));
        Publish();
        Assert.Empty(home.Check());
    }

    [Fact]
    public void A_master_key_that_is_lent_signs_and_is_not_kept()
    {
        string vault = home.NewFolder("vault");
        string file = Path.Combine(vault, "lent.masterkey");
        File.WriteAllBytes(file, master.ToBytes());
        WhitelistSigning.Run(TemporaryHome.Name, 30, Context, file);
        Publish();
        Assert.Empty(home.Check());
        Assert.False(File.Exists(keys.MasterKey));

        using MasterKey foreign = MasterKey.Generate();
        string wrong = Path.Combine(vault, "wrong.masterkey");
        File.WriteAllBytes(wrong, foreign.ToBytes());
        Assert.Contains("which clients have", Assert.Throws<StratoException>(() => WhitelistSigning.Run(TemporaryHome.Name, 30, Context, wrong)).Message, StringComparison.Ordinal);
        Assert.Empty(home.Check());
    }

    [Fact]
    public void An_answer_that_is_not_good_changes_nothing()
    {
        WhitelistRequest request = WhitelistSigning.Request(TemporaryHome.Name, 30, Context);
        byte[] good = Sign(request);
        clock.Advance(TimeSpan.FromMinutes(5));
        byte[] newer = Sign(request);
        WhitelistSigning.Install(TemporaryHome.Name, newer, Context);
        using MasterKey foreign = MasterKey.Generate();
        using RepositoryKeys other = RepositoryKeys.Generate(TemporaryHome.Name, clock.GetUtcNow(), master: null);
        byte[] tampered = [.. newer];
        tampered[20] ^= 1;
        (byte[] Answer, string Message)[] bad =
        [
            (foreign.Sign(request.ToWhitelist(clock.GetUtcNow()), request.Hash), "is not signed by"),
            (tampered, "not installed"),
            (newer[..^10], "not installed"),
            ([], "not installed"),
            (Sign(request with { Repository = "other.example.org" }), "other.example.org"),
            (Sign(request with { Certificates = [other.Certificate] }), "does not list the certificate"),
            (good, "before the one in place"),
        ];
        foreach ((byte[] answer, string message) in bad)
        {
            StratoException error = Assert.Throws<StratoException>(() => WhitelistSigning.Install(TemporaryHome.Name, answer, Context));
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.Equal(newer, File.ReadAllBytes(Path.Combine(home.Storage, ObjectKey.Whitelist)));
        }

        clock.Advance(TimeSpan.FromDays(31));
        Assert.Contains("expired", Assert.Throws<StratoException>(() => WhitelistSigning.Install(TemporaryHome.Name, newer, Context)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_offline_rotation_ends_with_the_installed_answers()
    {
        WhitelistSigning.Install(TemporaryHome.Name, Sign(WhitelistSigning.Request(TemporaryHome.Name, 30, Context)), Context);
        KeyRotationRequest rotation = new() { Repository = TemporaryHome.Name, IsMasterElsewhere = true, Settling = TimeSpan.Zero };
        Assert.Equal(RotationState.AwaitsWhitelist, KeyRotation.Rotate(rotation, Context).State);
        Assert.Equal(RotationState.AwaitsWhitelist, KeyRotation.Rotate(rotation, Context).State);
        WhitelistSigning.Install(TemporaryHome.Name, Sign(WhitelistSigning.Request(TemporaryHome.Name, 30, Context)), Context);
        Assert.Equal(RotationState.Rotated, KeyRotation.Rotate(rotation, Context).State);
        Assert.Empty(home.Check());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"format":"strato-whitelist-request-2","repository":"a.example.org","hash":"sha1","days":30,"certificates":["x"]}""")]
    [InlineData("""{"format":"strato-whitelist-request-1","repository":"../etc","hash":"sha1","days":30,"certificates":["x"]}""")]
    [InlineData("""{"format":"strato-whitelist-request-1","repository":"a.example.org","hash":"md5","days":30,"certificates":["x"]}""")]
    [InlineData("""{"format":"strato-whitelist-request-1","repository":"a.example.org","hash":"sha1","days":0,"certificates":["x"]}""")]
    [InlineData("""{"format":"strato-whitelist-request-1","repository":"a.example.org","hash":"sha1","days":30,"certificates":[]}""")]
    [InlineData("""{"format":"strato-whitelist-request-1","repository":"a.example.org","hash":"sha1","days":30,"certificates":[null]}""")]
    [InlineData("""{"format":"strato-whitelist-request-1","repository":"a.example.org","hash":"sha1","days":30,"certificates":["x"]}""")]
    public void What_is_no_request_is_not_signed(string text)
    {
        Assert.False(WhitelistRequest.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _, out string? problem));
        Assert.NotEmpty(problem);
    }

    public void Dispose()
    {
        home.Dispose();
        master.Dispose();
    }

    private static WhitelistRequest Carried(WhitelistRequest request)
    {
        Assert.True(WhitelistRequest.TryParse(request.ToBytes(), out WhitelistRequest? read, out string? problem), problem);
        Assert.Equal((request.Repository, request.Hash, request.Days), (read.Repository, read.Hash, read.Days));
        Assert.Equal(
            request.Certificates.Select(certificate => certificate.FingerprintOf(HashAlgorithm.Sha1)), read.Certificates.Select(certificate => certificate.FingerprintOf(HashAlgorithm.Sha1)));
        return read;
    }

    private byte[] Sign(WhitelistRequest request) => master.Sign(request.ToWhitelist(clock.GetUtcNow()), request.Hash);

    private void Publish()
    {
        string source = home.NewFolder("source");
        File.WriteAllText(Path.Combine(source, "file"), Guid.NewGuid().ToString());
        home.Publish(source);
    }
}
