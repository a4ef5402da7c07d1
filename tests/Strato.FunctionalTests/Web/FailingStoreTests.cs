using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Strato.Hosting.Http;
using Strato.Hosting.Logging;
using Strato.Storage.Memory;
using Strato.Web.Origin;

namespace Strato.FunctionalTests.Web;

/// <summary>An origin whose storage is remote and lets it down.</summary>
public sealed class FailingStoreTests : IServedRepositories, IAsyncLifetime
{
    private const string Key = "data/ab/cdef0123456789abcdef0123456789abcdef01";
    private const string Path = "/cvmfs/memory.test.org/" + Key;

    private readonly MemoryObjectStore store = new();
    private readonly StringWriter log = new();
    private readonly HttpClient client = new();
    private HttpServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await store.PutIfAbsentAsync(Key, new byte[300_000], Cancellation);
        LineLoggerFactory loggers = new(log, TimeProvider.System);
        OriginHandler handler = new(this, () => [], loggers.CreateLogger("origin"));
        server = await HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), handler.HandleAsync, NullLoggerFactory.Instance);
        client.BaseAddress = new Uri($"http://{server.EndPoint}/");
    }

    [Fact]
    public async Task A_store_in_memory_is_served_like_any_other()
    {
        Assert.Equal(300_000, (await client.GetByteArrayAsync(Path, Cancellation)).Length);
    }

    [Fact]
    public async Task A_store_that_fails_is_an_error_for_the_peer_and_a_line_in_the_log()
    {
        store.Fault = (_, _, _) => new StoreFault(StoreFaultKind.ServerError);
        using HttpResponseMessage response = await client.GetAsync(Path, Cancellation);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.Null(response.Headers.ETag);
        Assert.Matches($"^[^\n]* Error {Path} failed: [^\n]*\n$", log.ToString());
    }

    [Fact]
    public async Task An_answer_that_cannot_be_finished_breaks_off()
    {
        // Headers with the full length are gone by then: what must not happen is an answer that looks whole.
        store.Fault = (operation, _, _) => operation == StoreOperation.Get ? new StoreFault(StoreFaultKind.TruncatedBody) : null;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetByteArrayAsync(Path, Cancellation));
    }

    [Fact]
    public async Task An_object_that_vanishes_between_two_looks_breaks_off()
    {
        store.Fault = (operation, _, _) =>
        {
            if (operation == StoreOperation.Get)
            {
                store.DeleteAsync([Key]).AsTask().Wait();
            }

            return null;
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetByteArrayAsync(Path, Cancellation));
    }

    bool IServedRepositories.TryFind(string name, out ServedRepository repository)
    {
        repository = new ServedRepository(name, store);
        return name == "memory.test.org";
    }

    IReadOnlyList<ServedRepository> IServedRepositories.List() => [];

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        await store.DisposeAsync();
        await log.DisposeAsync();
    }
}
