using Strato.Core;
using Strato.Storage.Memory;
using Strato.Storage.Objects;

namespace Strato.Tests.Storage.Objects;

public sealed class MemoryObjectStoreTests : ObjectStoreContract, IAsyncDisposable
{
    private const string Key = "data/ab/cdef0123456789abcdef0123456789abcdef01";
    private readonly MemoryObjectStore store = new(pageSize: 2);

    protected override IObjectStore Store => store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_lost_response_did_take_effect()
    {
        store.Fault = (operation, _, before) =>
            operation == StoreOperation.Put && before == 0 ? new StoreFault(StoreFaultKind.LostResponse) : null;
        await Assert.ThrowsAsync<StratoException>(async () => await store.PutIfAbsentAsync(Key, new byte[3], Token));
        Assert.False(await store.PutIfAbsentAsync(Key, new byte[3], Token));
    }

    [Fact]
    public async Task A_repeated_swap_whose_response_was_lost_reports_a_conflict_with_its_own_version()
    {
        store.Fault = (operation, _, before) =>
            operation == StoreOperation.Swap && before == 0 ? new StoreFault(StoreFaultKind.LostResponse) : null;
        await Assert.ThrowsAsync<StratoException>(async () => await store.CompareAndSwapAsync(".cvmfspublished", null, new byte[3], Token));
        SwapResult repeated = await store.CompareAndSwapAsync(".cvmfspublished", null, new byte[3], Token);
        Assert.False(repeated.Swapped);
        Assert.Equal((await store.ReadAsync(".cvmfspublished", 3, Token))!.Version, repeated.Current);
    }

    [Fact]
    public async Task A_server_error_does_nothing()
    {
        store.Fault = (_, _, before) => before == 0 ? new StoreFault(StoreFaultKind.ServerError) : null;
        await Assert.ThrowsAsync<StratoException>(async () => await store.PutIfAbsentAsync(Key, new byte[3], Token));
        Assert.True(await store.PutIfAbsentAsync(Key, new byte[3], Token));
        Assert.Equal(2, store.CountOf(StoreOperation.Put));
    }

    [Fact]
    public async Task A_truncated_body_fails_after_a_part()
    {
        await store.PutIfAbsentAsync(Key, new byte[10], Token);
        store.Fault = (_, _, _) => new StoreFault(StoreFaultKind.TruncatedBody);
        await using Stream stream = (await store.OpenReadAsync(Key, null, Token))!;
        using MemoryStream read = new();
        await Assert.ThrowsAsync<StratoException>(async () => await stream.CopyToAsync(read, Token));
        Assert.Equal(5, read.Length);
    }

    [Fact]
    public async Task Listings_and_deletes_come_in_pages()
    {
        for (int index = 0; index < 5; index++)
        {
            await store.PutIfAbsentAsync($"data/00/{index}", new byte[1], Token);
        }

        int listed = 0;
        await foreach (ObjectListing _ in store.ListAsync("data/", Token))
        {
            listed++;
        }

        Assert.Equal(5, listed);
        Assert.Equal(3, store.CountOf(StoreOperation.List));
        await store.DeleteAsync([.. Enumerable.Range(0, 1001).Select(index => $"data/00/{index}")], Token);
        Assert.Equal(2, store.CountOf(StoreOperation.Delete));
    }
}
