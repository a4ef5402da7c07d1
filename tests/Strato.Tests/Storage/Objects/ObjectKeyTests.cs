using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Storage.Cache;
using Strato.Storage.Objects;

namespace Strato.Tests.Storage.Objects;

public sealed class ObjectKeyTests
{
    public static TheoryData<HashAlgorithm, ObjectKind, CompressionAlgorithm> All => new(
        from algorithm in Enum.GetValues<HashAlgorithm>()
        from kind in Enum.GetValues<ObjectKind>()
        from compression in Enum.GetValues<CompressionAlgorithm>()
        select (algorithm, kind, compression));

    [Theory]
    [MemberData(nameof(All))]
    public void Names_come_back_from_keys_and_from_cache_entries(HashAlgorithm algorithm, ObjectKind kind, CompressionAlgorithm compression)
    {
        ObjectName name = new(ContentHasher.Hash(algorithm, "x"u8), kind);
        Assert.True(ObjectKey.TryParse(ObjectKey.Of(name), out ObjectName parsed));
        Assert.Equal(name, parsed);

        CachedObject entry = new(name, compression);
        ReadOnlySpan<byte> path = EntryPath.Format(entry, stackalloc byte[EntryPath.MaximumLength]);
        Assert.True(EntryPath.TryParse(path[..2], path[3..], out CachedObject found));
        Assert.Equal(entry, found);
    }

    [Theory]
    [InlineData("data/txn/strato.lock")]
    [InlineData("data/ab/cdef")]
    [InlineData("data/ab/CDEF0123456789abcdef0123456789abcdef01")]
    [InlineData("data/ab/cdef0123456789abcdef0123456789abcdef01Z")]
    [InlineData(".cvmfspublished")]
    public void What_names_no_object_is_told_apart(string key) => Assert.False(ObjectKey.TryParse(key, out _));
}
