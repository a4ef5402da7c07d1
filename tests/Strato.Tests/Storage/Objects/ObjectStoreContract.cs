using Strato.Storage.Objects;

namespace Strato.Tests.Storage.Objects;

/// <summary>What <see cref="IObjectStore"/> promises, tried on each store.</summary>
public abstract class ObjectStoreContract
{
    private const string Key = "data/ab/cdef0123456789abcdef0123456789abcdef01";
    private static readonly byte[] Bytes = "some stored bytes"u8.ToArray();

    protected abstract IObjectStore Store { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Absence_is_a_value()
    {
        Assert.False(await Store.ExistsAsync(Key, Token));
        Assert.Null(await Store.StatAsync(Key, Token));
        Assert.Null(await Store.OpenReadAsync(Key, null, Token));
        Assert.Null(await Store.ReadAsync(".cvmfspublished", 100, Token));
        await Store.DeleteAsync([Key], Token);
    }

    [Fact]
    public async Task A_put_is_seen_and_idempotent()
    {
        Assert.True(await Store.PutIfAbsentAsync(Key, Bytes, Token));
        Assert.False(await Store.PutIfAbsentAsync(Key, Bytes, Token));
        Assert.True(await Store.ExistsAsync(Key, Token));
        Assert.Equal(Bytes.Length, (await Store.StatAsync(Key, Token))!.Value.Length);
        Assert.Equal(Bytes, await ReadAsync(Key, null));
    }

    [Theory]
    [InlineData(0, 4, "some")]
    [InlineData(5, 6, "stored")]
    [InlineData(12, 100, "bytes")]
    [InlineData(17, 1, "")]
    [InlineData(1000, 1, "")]
    public async Task Ranges_are_cut_at_the_end(long offset, long length, string expected)
    {
        await Store.PutIfAbsentAsync(Key, Bytes, Token);
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(await ReadAsync(Key, new ByteRange(offset, length))));
    }

    [Fact]
    public async Task What_is_staged_shows_only_once_it_is_published()
    {
        await using (IStagedObject staged = await Store.CreateStagedAsync(Token))
        {
            await staged.WriteAsync("some "u8.ToArray(), Token);
            await staged.WriteAsync("stored bytes"u8.ToArray(), Token);
            Assert.Equal(Bytes.Length, staged.Length);
            Assert.Empty(await ListAsync(string.Empty));
            Assert.True(await staged.PublishAsync(Key, Token));
        }

        Assert.Equal(Bytes, await ReadAsync(Key, null));
    }

    [Fact]
    public async Task A_second_staged_object_of_the_same_key_is_dropped()
    {
        await Store.PutIfAbsentAsync(Key, Bytes, Token);
        await using IStagedObject staged = await Store.CreateStagedAsync(Token);
        await staged.WriteAsync(Bytes, Token);
        Assert.False(await staged.PublishAsync(Key, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await staged.WriteAsync(Bytes, Token));
    }

    [Fact]
    public async Task A_dropped_staged_object_leaves_nothing()
    {
        await using (IStagedObject staged = await Store.CreateStagedAsync(Token))
        {
            await staged.WriteAsync(Bytes, Token);
        }

        Assert.Empty(await ListAsync(string.Empty));
    }

    [Fact]
    public async Task A_swap_takes_place_only_against_the_version_that_was_read()
    {
        SwapResult made = await Store.CompareAndSwapAsync(".cvmfspublished", null, "one"u8.ToArray(), Token);
        Assert.True(made.Swapped);
        Assert.False((await Store.CompareAndSwapAsync(".cvmfspublished", null, "two"u8.ToArray(), Token)).Swapped);

        VersionedBytes read = (await Store.ReadAsync(".cvmfspublished", 100, Token))!;
        Assert.Equal("one"u8.ToArray(), read.Bytes.ToArray());
        Assert.Equal(made.Current, read.Version);

        Assert.True((await Store.CompareAndSwapAsync(".cvmfspublished", read.Version, "two"u8.ToArray(), Token)).Swapped);
        SwapResult late = await Store.CompareAndSwapAsync(".cvmfspublished", read.Version, "three"u8.ToArray(), Token);
        Assert.False(late.Swapped);
        read = (await Store.ReadAsync(".cvmfspublished", 100, Token))!;
        Assert.Equal("two"u8.ToArray(), read.Bytes.ToArray());
        Assert.Equal(read.Version, late.Current);
    }

    [Fact]
    public async Task A_mutable_object_beyond_the_limit_is_refused()
    {
        await Store.CompareAndSwapAsync(".cvmfswhitelist", null, new byte[101], Token);
        await Assert.ThrowsAsync<Strato.Core.StratoException>(async () => await Store.ReadAsync(".cvmfswhitelist", 100, Token));
    }

    [Fact]
    public async Task One_of_many_concurrent_swaps_wins()
    {
        Task<SwapResult>[] swaps = [.. Enumerable.Range(0, 16).Select(index =>
            Task.Run(async () => await Store.CompareAndSwapAsync(".cvmfspublished", null, new byte[] { (byte)index }, Token), Token))];
        SwapResult[] results = await Task.WhenAll(swaps);
        int winner = Array.FindIndex(results, result => result.Swapped);
        Assert.Single(results, result => result.Swapped);
        Assert.Equal(new[] { (byte)winner }, (await Store.ReadAsync(".cvmfspublished", 1, Token))!.Bytes.ToArray());
    }

    [Fact]
    public async Task Exactly_one_of_many_concurrent_puts_makes_the_object()
    {
        Task<bool>[] puts = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Store.PutIfAbsentAsync(Key, Bytes, Token), Token))];
        Assert.Single(await Task.WhenAll(puts), made => made);
    }

    [Fact]
    public async Task Listing_takes_a_prefix_of_any_length()
    {
        string[] keys =
        [
            "data/ab/0000000000000000000000000000000000000a", "data/ab/0000000000000000000000000000000000000aC",
            "data/ac/0000000000000000000000000000000000000a", "data/b0/0000000000000000000000000000000000000a-rmd160P",
        ];
        foreach (string key in keys)
        {
            await Store.PutIfAbsentAsync(key, Bytes, Token);
        }

        await Store.CompareAndSwapAsync(".cvmfspublished", null, Bytes, Token);
        Assert.Equal(keys.Prepend(".cvmfspublished"), await ListAsync(string.Empty));
        Assert.Equal(keys.AsEnumerable(), await ListAsync("data/"));
        Assert.Equal(keys.Take(3), await ListAsync("data/a"));
        Assert.Equal(keys.Take(2), await ListAsync("data/ab/"));
        Assert.Equal(keys.Skip(1).Take(1), await ListAsync(keys[1]));
        Assert.Empty(await ListAsync("data/ff/"));
        await Store.DeleteAsync([keys[0], keys[2], "data/ff/0000000000000000000000000000000000000a"], Token);
        Assert.Equal(new[] { keys[1], keys[3] }.AsEnumerable(), await ListAsync("data/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/data/ab/c")]
    [InlineData("data/ab/")]
    [InlineData("data/../etc")]
    [InlineData("data//x")]
    [InlineData("data/ab/ü")]
    [InlineData("data/ab/a b")]
    [InlineData("data/txn/strato.lock")]
    public async Task Malformed_keys_are_refused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ExistsAsync(key, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutIfAbsentAsync(key, Bytes, Token));
    }

    [Fact]
    public async Task The_two_kinds_of_names_are_kept_apart()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutIfAbsentAsync(".cvmfspublished", Bytes, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CompareAndSwapAsync(Key, null, Bytes, Token));
    }

    [Fact]
    public async Task An_open_stream_outlives_deletion()
    {
        await Store.PutIfAbsentAsync(Key, Bytes, Token);
        await using Stream stream = (await Store.OpenReadAsync(Key, null, Token))!;
        await Store.DeleteAsync([Key], Token);
        byte[] read = new byte[Bytes.Length];
        await stream.ReadExactlyAsync(read, Token);
        Assert.Equal(Bytes, read);
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.PutIfAbsentAsync(Key, Bytes, cancelled.Token));
        Assert.False(await Store.ExistsAsync(Key, Token));
    }

    private async Task<byte[]> ReadAsync(string key, ByteRange? range)
    {
        await using Stream stream = (await Store.OpenReadAsync(key, range, Token))!;
        using MemoryStream read = new();
        await stream.CopyToAsync(read, Token);
        return read.ToArray();
    }

    private async Task<string[]> ListAsync(string prefix)
    {
        List<string> keys = [];
        await foreach (ObjectListing listing in Store.ListAsync(prefix, Token))
        {
            keys.Add(listing.Key);
        }

        keys.Sort(StringComparer.Ordinal);
        return [.. keys];
    }
}
