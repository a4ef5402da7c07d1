using System.Text.Json;
using Strato.Core.Hashing;
using Strato.Core.Signing;
using Strato.Testing;
using Strato.Testing.Publishing;

namespace Strato.Tests.Commands;

/// <summary><c>keys</c>, <c>resign</c>, <c>sign-whitelist</c>, <c>backup</c> and <c>restore</c> as command lines.</summary>
public sealed class KeysCommandTests : IDisposable
{
    private readonly TemporaryHome home = TemporaryHome.WithRepository();
    private readonly CapturedHost host = new();
    private readonly string carried;

    public KeysCommandTests() => carried = home.NewFolder("carried");

    [Fact]
    public async Task A_whitelist_is_asked_for_signed_elsewhere_and_installed()
    {
        string master = Path.Combine(carried, "masterkey");
        File.Move(home.Home.Places(TemporaryHome.Name).Key("masterkey"), master);
        Assert.Equal(ExitCode.Failed, await RunAsync("resign", TemporaryHome.Name));
        Assert.Matches("^strato resign: [^\n]*--masterkey[^\n]*--request\n$", host.Error);
        await DoneAsync("resign", TemporaryHome.Name, "--masterkey", master);

        string request = Path.Combine(carried, "request.json");
        string signed = Path.Combine(carried, "signed");
        string fingerprint = Fingerprint.Format(KeyFiles.LoadCertificate(home.Home.Places(TemporaryHome.Name).Key("crt")).FingerprintOf(HashAlgorithm.Sha1));
        await DoneAsync("resign", TemporaryHome.Name, "--request", request, "--days", "20");
        Assert.StartsWith(fingerprint, host.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, await RunAsync("sign-whitelist", request, "--masterkey", master, "--out", signed, "--fingerprint", new string('0', 39) + "1"));
        Assert.False(File.Exists(signed));
        await DoneAsync("sign-whitelist", request, "--masterkey", master, "--out", signed, "--fingerprint", fingerprint);
        Assert.StartsWith(fingerprint, host.Output, StringComparison.Ordinal);
        await DoneAsync("resign", TemporaryHome.Name, "--install", signed, "--json");
        using JsonDocument report = JsonDocument.Parse(host.Output);
        Assert.Equal(DateTime.UtcNow.AddDays(20), report.RootElement.GetProperty("expires").GetDateTime(), TimeSpan.FromHours(1));
        Assert.Empty(home.Check());
    }

    [Fact]
    public async Task All_whitelists_that_expire_soon_are_signed()
    {
        string replica = home.Home.Places("replica.example.org").Settings;
        Directory.CreateDirectory(Path.GetDirectoryName(replica)!);
        await File.WriteAllTextAsync(
            replica,
            "CVMFS_REPOSITORY_NAME=replica.example.org\nCVMFS_REPOSITORY_TYPE=stratum1\nCVMFS_UPSTREAM_STORAGE=local,/absent/data/txn,/absent\n",
            TestContext.Current.CancellationToken);
        await DoneAsync("resign", "--all", "--if-below", "5", "--json");
        Assert.Equal("[]", host.Output.Trim());
        await DoneAsync("resign", "--all", "--if-below", "31", "--days", "40");
        Assert.Matches($"^the whitelist of {TemporaryHome.Name} is valid until ", host.Output);
        File.Delete(home.Home.Places(TemporaryHome.Name).Key("masterkey"));
        Assert.Equal(ExitCode.Failed, await RunAsync("resign", "--all"));
        Assert.Matches("^strato resign: cannot sign the whitelist [^\n]*\n$", host.Error);
    }

    [Theory]
    [InlineData("resign")]
    [InlineData("resign", TemporaryHome.Name, "--all")]
    [InlineData("resign", "--all", "--request", "file")]
    [InlineData("resign", TemporaryHome.Name, "--request", "a", "--install", "b")]
    [InlineData("keys", TemporaryHome.Name, "revoke")]
    [InlineData("keys", TemporaryHome.Name, "revoke", "nonsense")]
    [InlineData("keys", TemporaryHome.Name, "list", "--request", "file")]
    [InlineData("keys", TemporaryHome.Name, "rotate", "--blacklist", "file")]
    [InlineData("backup", TemporaryHome.Name, "--to", "file")]
    [InlineData("tag", TemporaryHome.Name, "prune")]
    [InlineData("checkout", TemporaryHome.Name, "--tag", "v1")]
    public async Task Contradictions_are_wrong_usage(params string[] arguments) => Assert.Equal(ExitCode.Usage, await RunAsync(arguments));

    [Fact]
    public async Task Keys_are_rotated_retired_and_listed_and_never_printed()
    {
        string secret = (await File.ReadAllTextAsync(home.Home.Places(TemporaryHome.Name).Key("key"), TestContext.Current.CancellationToken)).Split('\n')[2];
        string printed = string.Empty;
        await DoneAsync("keys", TemporaryHome.Name, "rotate", "--wait", "0", "--json");
        using (JsonDocument report = JsonDocument.Parse(host.Output))
        {
            Assert.Equal("rotated", report.RootElement.GetProperty("state").GetString());
        }

        printed += host.Output;
        await DoneAsync("keys", TemporaryHome.Name, "list", "--json");
        using (JsonDocument report = JsonDocument.Parse(host.Output))
        {
            Assert.Equal(["current", "former"], report.RootElement.GetProperty("certificates").EnumerateArray().Select(one => one.GetProperty("role").GetString()!));
            Assert.All(report.RootElement.GetProperty("certificates").EnumerateArray(), one => Assert.True(one.GetProperty("listed").GetBoolean()));
        }

        printed += host.Output;
        await DoneAsync("keys", TemporaryHome.Name, "retire");
        await DoneAsync("keys", TemporaryHome.Name, "list");
        Assert.Matches("^current\t[0-9A-F:]+\tlisted\t.*\nthe whitelist is valid until .*\nthe master key is here\n$", host.Output);
        Assert.DoesNotContain(secret, printed + host.Output, StringComparison.Ordinal);
        Assert.Empty(home.Check());
    }

    [Fact]
    public async Task A_backup_is_made_and_put_back()
    {
        string passphrase = Path.Combine(carried, "passphrase");
        string file = Path.Combine(carried, "backup");
        await File.WriteAllTextAsync(passphrase, "correct horse\n", TestContext.Current.CancellationToken);
        await DoneAsync("backup", TemporaryHome.Name, "--to", file, "--passphrase-file", passphrase);
        Assert.Matches("with its keys, encrypted\n$", host.Output);
        Directory.Delete(Path.Combine(home.Home.Directory, "repositories"), recursive: true);
        File.Delete(home.Home.Places(TemporaryHome.Name).Key("key"));
        host.Input = "correct horse\n"u8.ToArray();
        await DoneAsync("restore", "--from", file, "--passphrase-file", "-");
        Assert.Contains($"put back {TemporaryHome.Name}.key\n", host.Output, StringComparison.Ordinal);
        Assert.Empty(home.Check());
        await DoneAsync("tag", TemporaryHome.Name, "add", "v1");
    }

    public void Dispose() => home.Dispose();

    private Task<int> RunAsync(params string[] arguments) => host.RunAsync([.. arguments, "--home", home.Home.Directory]);

    private async Task DoneAsync(params string[] arguments)
    {
        int code = await RunAsync(arguments);
        Assert.True(code == ExitCode.Done, host.Error + host.Output);
    }
}
