using System.Text;
using Strato.Core;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Local;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Tests.Storage.Objects;

namespace Strato.Tests.Storage.Local;

public sealed class LocalObjectStoreTests : ObjectStoreContract, IAsyncDisposable
{
    private const string Key = "data/ab/cdef0123456789abcdef0123456789abcdef01";
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly LocalObjectStore store;

    public LocalObjectStoreTests() => store = LocalObjectStore.Create(folder.Path);

    protected override IObjectStore Store => store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Staging => Path.Combine(folder.Path, "data/txn");

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task The_tree_is_laid_out_as_the_genuine_tools_lay_it_out()
    {
        await store.PutIfAbsentAsync(Key, new byte[3], Token);
        await store.CompareAndSwapAsync(".cvmfspublished", null, new byte[5], Token);
        Assert.Equal(257, Directory.GetDirectories(Path.Combine(folder.Path, "data")).Length);
        Assert.Equal("100644", ModeOf(Key));
        Assert.Equal(ModeOf(Key), ModeOf(".cvmfspublished"));
    }

    [Fact]
    public void A_directory_that_is_no_storage_is_refused()
    {
        Directory.Delete(Path.Combine(folder.Path, "data"), recursive: true);
        StratoException error = Assert.Throws<StratoException>(() => LocalObjectStore.Open(folder.Path));
        Assert.Contains("has no 'data' directory", error.Message, StringComparison.Ordinal);
        Assert.Throws<StratoException>(() => LocalObjectStore.Open(Path.Combine(folder.Path, "absent")));
    }

    [Fact]
    public async Task A_flush_ends_the_session_of_the_puts_before_it()
    {
        Assert.Empty(Sessions());
        await store.PutIfAbsentAsync(Key, new byte[3], Token);
        Assert.Single(Sessions());
        await store.FlushAsync(Token);
        Assert.Empty(Sessions());
    }

    [Fact]
    public async Task A_flush_leaves_the_session_to_a_write_that_is_under_way()
    {
        await using IStagedObject staged = await store.CreateStagedAsync(Token);
        await store.FlushAsync(Token);
        Assert.Single(Sessions());
        await staged.PublishAsync(Key, Token);
        await staged.DisposeAsync();
        await store.FlushAsync(Token);
        Assert.Empty(Sessions());
    }

    [Fact]
    public async Task An_object_cut_short_is_put_again()
    {
        await store.PutIfAbsentAsync(Key, new byte[3], Token);
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, Key), [], Token);
        Assert.True(await store.PutIfAbsentAsync(Key, new byte[3], Token));
        Assert.Equal(3, (await store.StatAsync(Key, Token))!.Value.Length);
    }

    [Fact]
    public async Task A_session_of_an_earlier_boot_has_its_damaged_objects_removed()
    {
        byte[] good = "good"u8.ToArray();
        string goodKey = ObjectKey.Of(new ObjectName(ContentHasher.Hash(HashAlgorithm.Shake128, good), ObjectKind.Chunk));
        await File.WriteAllTextAsync(Path.Combine(Staging, "strato-1-dead.session"), "another boot", Token);
        await File.WriteAllTextAsync(Path.Combine(Staging, "strato-1-dead.7"), "half an object", Token);
        await File.WriteAllTextAsync(Path.Combine(Staging, "uploadXYZ"), "of the genuine tools", Token);
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, goodKey), good, Token);
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, Key), new byte[40], Token);

        string other = "data/00/00000000000000000000000000000000000001";
        await store.PutIfAbsentAsync(other, new byte[1], Token);
        Assert.Equal([other, goodKey], await KeysAsync());
        Assert.Equal(["strato.lock", "uploadXYZ"], FilesBesidesSession());

        await store.FlushAsync(Token);
        Assert.Empty(Sessions());
    }

    [Fact]
    public async Task A_session_that_died_in_this_boot_is_swept_without_reading_objects()
    {
        await File.WriteAllTextAsync(Path.Combine(Staging, "strato-1-dead.session"), BootId.Read(), Token);
        await File.WriteAllTextAsync(Path.Combine(Staging, "strato-1-dead.7"), "half an object", Token);
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, Key), new byte[40], Token);
        await store.PutIfAbsentAsync("data/00/00000000000000000000000000000000000001", new byte[1], Token);
        Assert.True(await store.ExistsAsync(Key, Token));
        Assert.False(File.Exists(Path.Combine(Staging, "strato-1-dead.7")));

        // Its objects are durable only after a flush, so the session file stays until then.
        Assert.Equal(2, Sessions().Length);
        await store.FlushAsync(Token);
        Assert.Empty(Sessions());
    }

    [Fact]
    public async Task A_living_writer_in_the_same_storage_is_left_alone()
    {
        await using LocalObjectStore other = LocalObjectStore.Open(folder.Path);
        await using IStagedObject staged = await other.CreateStagedAsync(Token);
        await staged.WriteAsync(new byte[7], Token);
        await store.PutIfAbsentAsync("data/00/00000000000000000000000000000000000001", new byte[1], Token);
        await store.FlushAsync(Token);
        Assert.Single(Sessions());
        Assert.True(await staged.PublishAsync(Key, Token));
    }

    [Fact]
    public async Task Storage_that_was_copied_without_its_staging_area_can_be_written()
    {
        Directory.Delete(Staging);
        Directory.Delete(Path.Combine(folder.Path, "data/ab"));
        Assert.True(await store.PutIfAbsentAsync(Key, new byte[3], Token));
    }

    private string ModeOf(string key)
    {
        Assert.Equal(Errno.None, PosixPath.GetStatus(null, Encoding.UTF8.GetBytes(Path.Combine(folder.Path, key)), out FileStatus status));
        return Convert.ToString((int)status.Mode, 8);
    }

    private string[] Sessions() => Directory.GetFiles(Staging, "*.session");

    private string[] FilesBesidesSession() =>
        [.. Directory.GetFiles(Staging).Select(Path.GetFileName).OfType<string>()
            .Where(name => !name.StartsWith("strato-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private async Task<string[]> KeysAsync()
    {
        List<string> keys = [];
        await foreach (ObjectListing listing in store.ListAsync("data/", Token))
        {
            keys.Add(listing.Key);
        }

        keys.Sort(StringComparer.Ordinal);
        return [.. keys];
    }
}
