using Strato.Core;
using Strato.Core.Hashing;
using Strato.Core.Manifests;
using Strato.Storage.Http;
using Strato.Storage.Local;
using Strato.Storage.Objects;
using Strato.Testing.Golden;
using Strato.Testing.Http;

namespace Strato.FunctionalTests.Storage;

public sealed class HttpObjectSourceTests
{
    private static readonly GoldenRepository Golden = GoldenRepository.Sha1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_reads_as_its_storage_does(bool overHttp)
    {
        await using ScriptedPeer peer = new(ScriptedPeer.Directory("/x", Golden.Storage));
        await using HttpObjectSource remote = new(Source(overHttp ? peer.Address + "/x" : "file://" + Golden.Storage));
        await using LocalObjectStore local = LocalObjectStore.Open(Golden.Storage);
        VersionedBytes manifest = (await remote.ReadAsync(ObjectKey.Manifest, 10_000, Token))!;
        Assert.Equal(await local.ReadAsync(ObjectKey.Manifest, 10_000, Token), manifest, Same);

        string catalog = ObjectKey.Of(new ObjectName(Manifest.Parse(manifest.Bytes.Span).RootCatalog, ObjectKind.Catalog));
        Assert.True(await remote.ExistsAsync(catalog, Token));
        Assert.Equal((await local.StatAsync(catalog, Token))!.Value.Length, (await remote.StatAsync(catalog, Token))!.Value.Length);
        Assert.Equal(await ReadAsync(local, catalog, null), await ReadAsync(remote, catalog, null));
        Assert.Equal(await ReadAsync(local, catalog, new ByteRange(10, 20)), await ReadAsync(remote, catalog, new ByteRange(10, 20)));
        Assert.Equal(await ReadAsync(local, ObjectKey.Whitelist, new ByteRange(3, 9)), await ReadAsync(remote, ObjectKey.Whitelist, new ByteRange(3, 9)));

        string absent = "data/00/0000000000000000000000000000000000dead";
        Assert.False(await remote.ExistsAsync(absent, Token));
        Assert.Null(await remote.OpenReadAsync(absent, null, Token));
        Assert.Null(await remote.ReadAsync(".cvmfs_absent", 10, Token));
    }

    [Fact]
    public async Task A_damaged_copy_is_left_for_a_good_one()
    {
        byte[] good = "some stored bytes"u8.ToArray();
        string key = ObjectKey.Of(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, good), ObjectKind.File));
        await using ScriptedPeer bad = new(_ => PeerReply.Ok("other stored bytes"u8.ToArray()));
        await using ScriptedPeer peer = new(_ => PeerReply.Ok(good));
        await using HttpObjectSource both = new(Source(bad.Address, peer.Address));
        Assert.Equal(good, await ReadAsync(both, key, null));
        await using HttpObjectSource alone = new(Source(bad.Address));
        StratoException error = await Assert.ThrowsAsync<StratoException>(async () => await alone.OpenReadAsync(key, null, Token));
        Assert.Contains("do not have the hash", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_in_trouble_is_no_absence()
    {
        await using ScriptedPeer peer = new(_ => PeerReply.ServerError);
        await using HttpObjectSource source = new(Source(peer.Address));
        await Assert.ThrowsAsync<StratoException>(async () => await source.ExistsAsync("data/ab/cd", Token));
    }

    private static HttpSource Source(params string[] servers) => new(new HttpSourceOptions { Servers = servers, Retries = 0 });

    private static bool Same(VersionedBytes? left, VersionedBytes? right) =>
        left!.Version == right!.Version && left.Bytes.Span.SequenceEqual(right.Bytes.Span);

    private static async Task<byte[]> ReadAsync(IObjectSource source, string key, ByteRange? range)
    {
        await using Stream stream = (await source.OpenReadAsync(key, range, Token))!;
        using MemoryStream read = new();
        await stream.CopyToAsync(read, Token);
        return read.ToArray();
    }
}
