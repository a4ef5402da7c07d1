using System.Text;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Core.Signing;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Storage.Http;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Signing;

namespace Strato.FunctionalTests.Storage;

public sealed class RepositorySourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly ObjectCache cache;
    private readonly ManualClock clock = new(SignedRepository.Now);
    private readonly SignedRepository repository = SignedRepository.Shared;

    public RepositorySourceTests() => cache = ObjectCache.Open(new CacheOptions { Directory = folder["cache"] });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cache.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("golden.test.org", 9)]
    [InlineData("golden-rmd160.test.org", 4)]
    [InlineData("golden-shake128.test.org", 3)]
    public async Task The_golden_repositories_are_trusted(string name, ulong revision)
    {
        GoldenRepository golden = GoldenRepository.All.Single(candidate => candidate.Name == name);
        await using ScriptedPeer peer = new(ScriptedPeer.Directory($"/cvmfs/{name}", golden.Storage));
        using HttpSource http = new(new HttpSourceOptions { Servers = [$"{peer.Address}/cvmfs/{name}"] });
        using RepositorySource source = new(
            new RepositorySourceOptions { RepositoryName = name, MasterKeys = MasterPublicKey.Load(golden.PublicKey), Time = clock }, http, cache);
        RepositoryRoot root = await source.FetchAsync(Token);
        Assert.False(root.IsFromCache);
        Assert.Equal(revision, root.Trusted.Manifest.Revision);

        // The same root again costs one request.
        int before = peer.Requests.Count;
        await source.FetchAsync(Token);
        Assert.Equal(before + 1, peer.Requests.Count);
    }

    [Fact]
    public async Task An_older_revision_than_one_seen_is_refused_until_that_is_forgotten()
    {
        ulong offered = 9;
        await using ScriptedPeer peer = new(request => Answer(request, repository.Manifest with { Revision = offered }));
        using HttpSource http = Http(peer);
        using (RepositorySource source = Source(http))
        {
            Assert.Equal(9u, (await source.FetchAsync(Token)).Trusted.Manifest.Revision);
        }

        // Also for another process, later.
        offered = 8;
        using RepositorySource again = Source(http);
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await again.FetchAsync(Token));
        Assert.Contains("revision 8", error.Message, StringComparison.Ordinal);
        Assert.Contains("revision 9 has been seen", error.Message, StringComparison.Ordinal);

        string seen = folder[$"cache/repositories/{repository.Name}"];
        Assert.EndsWith($"remove {seen}", error.Message, StringComparison.Ordinal);
        Directory.Delete(seen, recursive: true);
        Assert.Equal(8u, (await again.FetchAsync(Token)).Trusted.Manifest.Revision);
    }

    [Fact]
    public async Task A_lagging_or_damaged_server_is_left_for_a_good_one()
    {
        await using ScriptedPeer lagging = new(request => Answer(request, repository.Manifest with { Revision = 3 }));
        await using ScriptedPeer good = new(request => Answer(request, repository.Manifest));
        await using ScriptedPeer tampered = new(request => request.Path == "/.cvmfspublished"
            ? PeerReply.Ok(Replace(repository.Keys.Sign(repository.Manifest), "S7", "S8"))
            : Answer(request, repository.Manifest));
        await using ScriptedPeer portal = new(_ => PeerReply.Html);
        using HttpSource first = Http(good);
        using (RepositorySource source = Source(first))
        {
            await source.FetchAsync(Token);
        }

        using HttpSource http = Http(portal, lagging, tampered, good);
        using RepositorySource again = Source(http);
        RepositoryRoot root = await again.FetchAsync(Token);
        Assert.False(root.IsFromCache);
        Assert.Equal(7u, root.Trusted.Manifest.Revision);
        Assert.Equal(good.Address, http.CurrentServer);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("404")]
    [InlineData("html")]
    public async Task Without_a_server_the_last_good_root_serves_while_its_whitelist_is_valid(string trouble)
    {
        bool isDown = false;
        await using ScriptedPeer peer = new(request => !isDown
            ? Answer(request, repository.Manifest)
            : trouble switch { "404" => PeerReply.NotFound, "html" => PeerReply.Html, _ => new PeerReply { Raw = [] } });
        using HttpSource http = Http(peer);
        using (RepositorySource source = Source(http))
        {
            await source.FetchAsync(Token);
        }

        isDown = true;
        using RepositorySource offline = Source(http);
        RepositoryRoot root = await offline.FetchAsync(Token);
        Assert.True(root.IsFromCache);
        Assert.Equal(7u, root.Trusted.Manifest.Revision);
        Assert.DoesNotContain('\n', root.Problem!);

        clock.Advance(TimeSpan.FromDays(40));
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await offline.FetchAsync(Token));
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signature", "changed after it was signed")]
    [InlineData("whitelist", "the whitelist is for resigned.test.org")]
    [InlineData("name", "is for")]
    [InlineData("certificate", "do not have the hash")]
    [InlineData("truncated", "is not signed by its certificate")]
    public async Task What_servers_offer_but_cannot_be_trusted_is_refused_although_a_root_is_kept(string what, string message)
    {
        bool isBad = false;
        await using ScriptedPeer peer = new(request => isBad ? Spoil(request, what) : Answer(request, repository.Manifest));
        using HttpSource http = Http(peer);
        using (RepositorySource source = Source(http))
        {
            await source.FetchAsync(Token);
        }

        isBad = true;
        using RepositorySource again = Source(http);
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await again.FetchAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_damaged_record_of_what_was_seen_is_not_passed_over()
    {
        await using ScriptedPeer peer = new(request => Answer(request, repository.Manifest));
        using HttpSource http = Http(peer);
        using RepositorySource source = Source(http);
        await source.FetchAsync(Token);
        string record = folder[$"cache/repositories/{repository.Name}/breadcrumb"];
        Assert.True(Breadcrumb.TryParse(await File.ReadAllTextAsync(record, Token), out _));
        await File.WriteAllTextAsync(record, "?", Token);
        using RepositorySource again = Source(http);
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await again.FetchAsync(Token));
        Assert.Contains("is damaged; remove it", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../other")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    public void A_name_that_would_lead_out_of_the_cache_is_refused(string name)
    {
        using HttpSource http = new(new HttpSourceOptions { Servers = ["http://127.0.0.1:1"] });
        Assert.Throws<StratoException>(() => new RepositorySource(new RepositorySourceOptions { RepositoryName = name, MasterKeys = [] }, http, cache).Dispose());
    }

    private static HttpSource Http(params ScriptedPeer[] peers) =>
        new(new HttpSourceOptions { Servers = [.. peers.Select(peer => peer.Address)], Retries = 0 });

    private static byte[] Replace(byte[] bytes, string from, string to) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(from, to, StringComparison.Ordinal));

    private RepositorySource Source(HttpSource http) => new(
        new RepositorySourceOptions { RepositoryName = repository.Name, MasterKeys = [repository.Keys.Master!.PublicKey], Time = clock }, http, cache);

    private PeerReply Answer(PeerRequest request, Manifest manifest) => request.Path switch
    {
        "/.cvmfspublished" => PeerReply.Ok(repository.Keys.Sign(manifest)),
        "/.cvmfswhitelist" => PeerReply.Ok(repository.Request.Whitelist.ToArray()),
        _ => PeerReply.Ok(repository.CertificateObject),
    };

    private PeerReply Spoil(PeerRequest request, string what)
    {
        PeerReply honest = Answer(request, repository.Manifest with { Revision = 8 });
        return (what, request.Path) switch
        {
            ("signature", "/.cvmfspublished") => honest with { Body = Replace(honest.Body, "S8", "S9") },
            ("truncated", "/.cvmfspublished") => honest with { Body = honest.Body[..^40] },
            ("name", "/.cvmfspublished") => Answer(request, repository.Manifest with { RepositoryName = "other.test.org", Revision = 8 }),
            ("whitelist", "/.cvmfswhitelist") => honest with { Body = Replace(honest.Body, "Nsigned", "Nresigned") },
            ("certificate", not "/.cvmfspublished" and not "/.cvmfswhitelist") => honest with { Body = honest.Body[1..] },
            _ => honest,
        };
    }
}
