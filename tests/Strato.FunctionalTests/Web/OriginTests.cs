using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Strato.Testing.Golden;

namespace Strato.FunctionalTests.Web;

public sealed class OriginTests : IClassFixture<OriginFixture>
{
    private readonly OriginFixture origin;

    public OriginTests(OriginFixture origin) => this.origin = origin;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ObjectPath => $"/cvmfs/{origin.Golden.Name}/{origin.SomeObject.Key}";

    private string ManifestPath => $"/cvmfs/{origin.Golden.Name}/.cvmfspublished";

    [Fact]
    public async Task An_object_is_kept_forever()
    {
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, ObjectPath);
        Assert.Equal(origin.SomeObject.Bytes, await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", response.Headers.GetValues("Cache-Control")));
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("bytes", Assert.Single(response.Headers.AcceptRanges));
        Assert.NotNull(response.Content.Headers.LastModified);
    }

    [Theory]
    [InlineData(".cvmfspublished")]
    [InlineData(".cvmfswhitelist")]
    [InlineData(".cvmfsreflog")]
    [InlineData(".cvmfs_master_replica")]
    public async Task A_mutable_file_is_kept_for_a_minute(string key)
    {
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, $"/cvmfs/{origin.Golden.Name}/{key}");
        Assert.Equal(File.ReadAllBytes(Path.Combine(origin.Storage, key)), await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("public, max-age=61", response.Headers.CacheControl?.ToString());
        Assert.Equal("application/x-cvmfs", response.Content.Headers.ContentType?.MediaType);
        Assert.Null(response.Content.Headers.LastModified);
    }

    [Fact]
    public async Task Every_object_of_a_repository_is_served()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(origin.Storage, "data"), "*", SearchOption.AllDirectories))
        {
            string key = Path.GetRelativePath(origin.Storage, file);
            if (!key.Contains("txn", StringComparison.Ordinal))
            {
                using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, $"/cvmfs/{origin.Golden.Name}/{key}");
                Assert.Equal(File.ReadAllBytes(file), await response.Content.ReadAsByteArrayAsync(Cancellation));
            }
        }
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=100-", 100, int.MaxValue)]
    [InlineData("bytes=100-999999999", 100, int.MaxValue)]
    [InlineData("bytes=-7", -7, 7)]
    [InlineData("bytes=-999999999", 0, int.MaxValue)]
    public async Task A_range_is_served(string range, int from, int length)
    {
        byte[] whole = origin.SomeObject.Bytes;
        int start = from < 0 ? whole.Length + from : from;
        byte[] expected = whole[start..(int)Math.Min(whole.Length, (long)start + length)];

        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal($"bytes {start}-{start + expected.Length - 1}/{whole.Length}", response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task A_range_of_a_small_mutable_file_is_served()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(origin.Storage, ".cvmfspublished"));
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, ManifestPath, ("Range", "bytes=5-14"));
        Assert.Equal(whole[5..15], await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("bytes=999999999-")]
    [InlineData("bytes=-0")]
    public async Task A_range_beyond_the_end_is_refused(string range)
    {
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("Range", range));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal($"bytes */{origin.SomeObject.Bytes.Length}", response.Content.Headers.ContentRange?.ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("bytes=5-3")]
    [InlineData("bytes=a-b")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=0-1,5-6")]
    public async Task A_range_that_is_not_understood_gives_the_whole(string range)
    {
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("Range", range));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(origin.SomeObject.Bytes, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_head_request_tells_the_same_without_the_bytes()
    {
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Head, ObjectPath);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(origin.SomeObject.Bytes.Length, response.Content.Headers.ContentLength);
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task A_known_tag_is_not_sent_again()
    {
        foreach (string path in (string[])[ObjectPath, ManifestPath])
        {
            using HttpResponseMessage first = await origin.SendAsync(HttpMethod.Get, path);
            string tag = first.Headers.ETag!.ToString();
            using HttpResponseMessage same = await origin.SendAsync(HttpMethod.Get, path, ("If-None-Match", $"\"other\", {tag}"));
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
            Assert.Equal(tag, same.Headers.ETag?.ToString());
            Assert.Equal(first.Headers.CacheControl, same.Headers.CacheControl);
            using HttpResponseMessage other = await origin.SendAsync(HttpMethod.Get, path, ("If-None-Match", "\"other\""));
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            using HttpResponseMessage refused = await origin.SendAsync(HttpMethod.Get, path, ("If-Match", "\"other\""));
            Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        }
    }

    [Fact]
    public async Task A_date_is_a_condition_too()
    {
        using HttpResponseMessage first = await origin.SendAsync(HttpMethod.Get, ObjectPath);
        DateTimeOffset date = first.Content.Headers.LastModified!.Value;
        using HttpResponseMessage same = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("If-Modified-Since", date.ToString("R")));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using HttpResponseMessage newer = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("If-Modified-Since", date.AddSeconds(-1).ToString("R")));
        Assert.Equal(HttpStatusCode.OK, newer.StatusCode);
        using HttpResponseMessage refused = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("If-Unmodified-Since", date.AddSeconds(-1).ToString("R")));
        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
    }

    [Fact]
    public async Task A_range_of_other_bytes_gives_the_whole()
    {
        using HttpResponseMessage first = await origin.SendAsync(HttpMethod.Head, ObjectPath);
        using HttpResponseMessage same = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("Range", "bytes=0-3"), ("If-Range", first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
        using HttpResponseMessage other = await origin.SendAsync(HttpMethod.Get, ObjectPath, ("Range", "bytes=0-3"), ("If-Range", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_manifest_that_changes_has_another_tag_at_once()
    {
        string file = Path.Combine(origin.Storage, ".cvmfspublished");
        byte[] before = File.ReadAllBytes(file);
        try
        {
            using HttpResponseMessage first = await origin.SendAsync(HttpMethod.Get, ManifestPath);
            byte[] after = [.. before];
            after[^1] ^= 1;
            File.WriteAllBytes(file, after);
            using HttpResponseMessage second = await origin.SendAsync(HttpMethod.Get, ManifestPath, ("If-None-Match", first.Headers.ETag!.ToString()));
            Assert.Equal(HttpStatusCode.OK, second.StatusCode);
            Assert.Equal(after, await second.Content.ReadAsByteArrayAsync(Cancellation));
        }
        finally
        {
            File.WriteAllBytes(file, before);
        }
    }

    [Theory]
    [InlineData("data/txn/secret")]
    [InlineData("data/00/secret")]
    [InlineData(".hidden")]
    [InlineData("secret")]
    [InlineData("data")]
    [InlineData("data/")]
    [InlineData("")]
    public async Task What_is_no_object_is_not_served(string key)
    {
        string file = Path.Combine(origin.Storage, key);
        bool isPlanted = !Directory.Exists(file);
        if (isPlanted)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "not for you");
        }

        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, $"/cvmfs/{origin.Golden.Name}/{key}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        if (isPlanted)
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("/cvmfs/{0}/../{0}/../../../golden.test.org.key")]
    [InlineData("/cvmfs/{0}/data/../../../../repositories/{0}/server.conf")]
    [InlineData("/cvmfs/{0}/%2e%2e/%2e%2e/%2e%2e/meta.json")]
    [InlineData("/cvmfs/{0}/..%2f..%2f..%2fmeta.json")]
    [InlineData("/cvmfs/../repositories/{0}/server.conf")]
    [InlineData("/cvmfs/{0}/.cvmfspublished%00")]
    [InlineData("/cvmfs/{0}//.cvmfspublished")]
    [InlineData("/cvmfs/%2e%2e/.cvmfspublished")]
    [InlineData("//etc/passwd")]
    public async Task No_path_leads_out_of_the_storage(string path)
    {
        File.WriteAllText(Path.Combine(origin.Home, "meta.json"), "{}");
        string answer = await SendRawAsync($"GET {string.Format(null, path, origin.Golden.Name)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.Matches("^HTTP/1.1 (404|400) ", answer);
        File.Delete(Path.Combine(origin.Home, "meta.json"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_reading_is_allowed(string method)
    {
        using HttpResponseMessage response = await origin.SendAsync(new HttpMethod(method), ManifestPath);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
        Assert.True(File.Exists(Path.Combine(origin.Storage, ".cvmfspublished")));
    }

    [Fact]
    public async Task The_index_lists_repositories_and_one_that_appears_later()
    {
        Assert.Equal([origin.Golden.Name], await IndexAsync());
        using (HttpResponseMessage early = await origin.SendAsync(HttpMethod.Get, $"/cvmfs/{GoldenRepository.Shake128.Name}/.cvmfspublished"))
        {
            Assert.Equal(HttpStatusCode.NotFound, early.StatusCode);
        }

        origin.AddRepository(GoldenRepository.Shake128);
        Assert.Equal([GoldenRepository.Shake128.Name, origin.Golden.Name], await IndexAsync());
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, $"/cvmfs/{GoldenRepository.Shake128.Name}/.cvmfspublished");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Meta_information_is_the_homes_or_an_empty_form()
    {
        using JsonDocument form = JsonDocument.Parse(await origin.Client.GetStringAsync("/cvmfs/info/v1/meta.json", Cancellation));
        Assert.Equal(["administrator", "email", "organisation", "custom"], form.RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Health_is_answered()
    {
        using HttpResponseMessage response = await origin.SendAsync(HttpMethod.Get, "/healthz");
        Assert.Equal("""{"status":"ok"}""", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_peer_that_dawdles_over_its_request_is_cut_off()
    {
        Assert.StartsWith("HTTP/1.1 408 ", await SendRawAsync("GET / HTTP/1.1\r\nHost: "), StringComparison.Ordinal);
    }

    private async Task<string[]> IndexAsync()
    {
        using JsonDocument index = JsonDocument.Parse(await origin.Client.GetStringAsync("/cvmfs/info/v1/repositories.json", Cancellation));
        Assert.Equal(1, index.RootElement.GetProperty("schema").GetInt32());
        Assert.Empty(index.RootElement.GetProperty("replicas").EnumerateArray());
        JsonElement[] repositories = [.. index.RootElement.GetProperty("repositories").EnumerateArray()];
        Assert.All(repositories, entry => Assert.Equal("/cvmfs/" + entry.GetProperty("name").GetString(), entry.GetProperty("url").GetString()));
        return [.. repositories.Select(entry => entry.GetProperty("name").GetString()!)];
    }

    // HttpClient tidies paths up before it sends them, so these requests are written by hand.
    private async Task<string> SendRawAsync(string request)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(origin.EndPoint, Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using StreamReader reader = new(new NetworkStream(socket), Encoding.ASCII);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
