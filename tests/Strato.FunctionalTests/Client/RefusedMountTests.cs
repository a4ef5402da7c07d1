using System.Globalization;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing.Golden;
using Strato.Testing.Http;

namespace Strato.FunctionalTests.Client;

/// <summary>A repository that cannot be had or trusted is not mounted: exit code 1, one line that says why, and nothing is left.</summary>
public sealed class RefusedMountTests : IAsyncDisposable
{
    private readonly GoldenSite site;

    public RefusedMountTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    [Fact]
    public async Task Foreign_key() => await RefusedAsync("key", key: GoldenRepository.Rmd160.PublicKey);

    [Fact]
    public async Task Missing_key_file() => await RefusedAsync("/nowhere/x.pub", key: "/nowhere/x.pub");

    [Fact]
    public async Task Unknown_tag() => await RefusedAsync("no such tag", further: ["--tag", "never-published"]);

    [Fact]
    public async Task Server_that_is_down() => await RefusedAsync("127.0.0.1:9", server: "http://127.0.0.1:9/cvmfs/golden.test.org");

    [Fact]
    public async Task Directory_that_is_not_there()
    {
        (int code, string error) = await site.MountAsync(directory: "/nowhere/at/all");
        Assert.Equal(1, code);
        Assert.Contains("/nowhere/at/all", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_page_in_place_of_the_manifest()
    {
        site.Answer = _ => PeerReply.Html;
        await RefusedAsync("manifest");
    }

    [Fact]
    public async Task Server_that_only_fails()
    {
        site.Answer = _ => PeerReply.ServerError;
        await RefusedAsync("500");
    }

    [Fact]
    public async Task Server_that_never_answers()
    {
        site.Answer = _ => new PeerReply { Hang = true };
        await RefusedAsync(".cvmfspublished");
    }

    [Theory]
    [InlineData("/.cvmfspublished")]
    [InlineData("/.cvmfswhitelist")]
    public async Task Signed_file_with_one_bit_changed(string file)
    {
        site.Answer = request => request.Path.EndsWith(file, StringComparison.Ordinal) ? Flip(site.Honest(request)) : site.Honest(request);
        await RefusedAsync("golden.test.org");
    }

    [Fact]
    public async Task Truncated_manifest()
    {
        site.Answer = request =>
        {
            PeerReply reply = site.Honest(request);
            return request.Path.EndsWith("/.cvmfspublished", StringComparison.Ordinal) ? reply with { Body = reply.Body[..40] } : reply;
        };
        await RefusedAsync("manifest");
    }

    [Fact]
    public async Task Manifest_of_another_repository()
    {
        site.Answer = request => PeerReply.Ok(File.ReadAllBytes(Path.Combine(GoldenRepository.Rmd160.Storage, Path.GetRelativePath($"/cvmfs/{site.Repository.Name}", request.Path))));
        await RefusedAsync("golden-rmd160.test.org", key: GoldenRepository.Rmd160.PublicKey);
    }

    [Fact]
    public async Task Revoked_certificate()
    {
        string fingerprint = Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(site.Repository.Storage, ".cvmfswhitelist")))
            .Split('\n').First(line => line.Length > 50 && line[2] == ':');
        string blacklist = Path.Combine(site.EmptyDirectory, "blacklist");
        File.WriteAllText(blacklist, fingerprint + "\n");
        await RefusedAsync("blacklist", further: ["--set", $"CVMFS_BLACKLIST={blacklist}"]);
    }

    [Fact]
    public async Task Corrupt_root_catalog()
    {
        string root = File.ReadLines(site.Repository.Expected("trunk", "root")).First().Split(' ')[^1];
        string path = string.Create(CultureInfo.InvariantCulture, $"/data/{root[..2]}/{root[2..]}C");
        site.Answer = request => request.Path.EndsWith(path, StringComparison.Ordinal) ? Flip(site.Honest(request)) : site.Honest(request);
        await RefusedAsync("root catalog");
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private static PeerReply Flip(PeerReply reply)
    {
        byte[] body = [.. reply.Body];
        body[body.Length / 2] ^= 1;
        return reply with { Body = body };
    }

    private async Task RefusedAsync(string reason, string? server = null, string? key = null, params string[] further)
    {
        (int code, string error) = await site.MountAsync(server, key, directory: null, further);

        Assert.Equal(1, code);
        Assert.StartsWith("strato mount: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("this is a bug", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain(MountTable.Read(), entry => Encoding.UTF8.GetString(entry.MountPoint) == site.EmptyDirectory);
        string run = Path.Combine(site.Home, "run", "mounts");
        Assert.True(!Directory.Exists(run) || Directory.GetFiles(run).Length == 0, "a refused mount leaves no socket and no record");
    }
}
