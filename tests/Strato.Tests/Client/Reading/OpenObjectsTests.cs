using System.Buffers;
using Strato.Client.Reading;
using Strato.Client.Requests;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Fetching;
using Strato.Testing;

namespace Strato.Tests.Client.Reading;

public sealed class OpenObjectsTests : IDisposable
{
    private readonly TemporaryFolder folder = new(inMemory: true);
    private readonly ObjectCache cache;
    private readonly CacheSource source;
    private readonly OpenObjects objects = new(idleLimit: 4);

    public OpenObjectsTests()
    {
        cache = ObjectCache.Open(new CacheOptions { Directory = folder.Path });
        source = new CacheSource(cache);
    }

    [Fact]
    public void What_is_in_use_is_not_evicted_and_what_is_idle_may_be()
    {
        Put(1);
        Put(2);
        int used = Acquire(1);
        objects.Release(Acquire(2));
        Assert.Equal((true, false), (InUse(1), InUse(2)));

        cache.Evict(0);
        Assert.Equal((true, false), (cache.Contains(Entry(1)), cache.Contains(Entry(2))));

        // The idle one is still open, and evicted; used again it is as good as ever.
        int again = Acquire(2);
        Assert.Equal(100, Read(again));
        objects.Release(again);
        objects.Release(used);
        cache.Evict(0);
        Assert.False(cache.Contains(Entry(1)));
    }

    [Fact]
    public void Several_users_are_one_until_the_last_has_gone()
    {
        Put(1);
        int first = Acquire(1);
        int second = Acquire(1);
        Assert.Equal(first, second);
        objects.Release(first);
        Assert.True(InUse(1));
        objects.Release(second);
        Assert.False(InUse(1));
    }

    [Fact]
    public void A_damaged_object_is_opened_anew_while_its_users_keep_what_they_have()
    {
        Put(1);
        int damaged = Acquire(1);
        objects.Discard(damaged);
        cache.Remove(Entry(1));
        Put(1);
        int fresh = Acquire(1);
        Assert.NotEqual(objects.DescriptorAt(damaged), objects.DescriptorAt(fresh));
        Assert.Equal(100, Read(damaged));
        Assert.Equal(1, objects.Count);
        objects.Release(damaged);
        Assert.Equal(100, Read(fresh));
        objects.Release(fresh);
    }

    [Fact]
    public void Files_that_only_their_descriptor_keeps_are_closed_when_nobody_uses_them()
    {
        Put(1);
        Put(2);
        Put(3);
        int used = Acquire(1);
        objects.Release(Acquire(2));
        objects.Release(Acquire(3));
        cache.Remove(Entry(1));
        cache.Remove(Entry(2));
        objects.CloseUnlinked();
        Assert.Equal(3, objects.Count);
        SpinWait.SpinUntil(
            () =>
            {
                objects.CloseUnlinked();
                return objects.Count == 2;
            },
            TimeSpan.FromSeconds(20));
        Assert.Equal(2, objects.Count);
        Assert.Equal(100, Read(used));
        objects.Release(used);
    }

    [Fact]
    public async Task Objects_that_found_no_room_in_the_cache_do_not_fill_the_memory()
    {
        for (int seed = 0; seed < 4; seed++)
        {
            using ObjectWant want = new(source, new ObjectRequest(Entry(seed), CacheSource.UncachedLength));
            await want.FulfilAsync(TestContext.Current.CancellationToken);
            Assert.True(objects.TryAcquire(source, Entry(seed), CacheSource.UncachedLength, want, out int slot));
            objects.Release(slot);
        }

        // The last ones stay for readers in order.
        Assert.Equal(2, objects.Count);
        Assert.True(objects.TryAcquire(source, Entry(3), CacheSource.UncachedLength, supplied: null, out int last));
        objects.Release(last);
        Assert.False(objects.TryAcquire(source, Entry(1), CacheSource.UncachedLength, supplied: null, out _));
    }

    public void Dispose()
    {
        objects.Dispose();
        cache.Dispose();
        folder.Dispose();
    }

    private static CachedObject Entry(int seed) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)seed]), ObjectKind.File), CompressionAlgorithm.Zlib);

    private int Acquire(int seed)
    {
        Assert.True(objects.TryAcquire(source, Entry(seed), 100, supplied: null, out int slot));
        return slot;
    }

    private int Read(int slot)
    {
        byte[] bytes = new byte[200];
        Assert.Equal(Errno.None, RawDescriptor.ReadAt(objects.DescriptorAt(slot), bytes, 0, out int count));
        return count;
    }

    private bool InUse(int seed)
    {
        bool inUse = false;
        cache.List(info =>
        {
            inUse |= info.Entry == Entry(seed) && info.IsInUse;
            return true;
        });
        return inUse;
    }

    private void Put(int seed)
    {
        using CacheWriter writer = cache.BeginWrite(Entry(seed));
        writer.Write(Enumerable.Repeat((byte)seed, 100).ToArray());
        writer.Commit().Dispose();
    }

    /// <summary>A cache whose servers have objects that are not kept.</summary>
    private sealed class CacheSource(ObjectCache cache) : IContentSource
    {
        public const long UncachedLength = 30 << 20;

        public bool IsVolatile { get; set; }

        public bool TryOpen(in CachedObject content, long plainSize, out int descriptor) => cache.TryOpen(content, plainSize, out descriptor, out _);

        public bool Contains(in CachedObject content) => cache.Contains(content);

        public bool DropIfDamaged(in CachedObject content) => cache.RemoveIfDamaged(content);

        public Task<FileDescriptor> FetchAsync(ObjectRequest request, CancellationToken cancellation)
        {
            MemoryFile.Create("uncached"u8, out FileDescriptor? file).ThrowIfFailed("make a memory file");
            PosixFile.Truncate(file!, UncachedLength).ThrowIfFailed("extend a memory file");
            return Task.FromResult(file!);
        }

        public bool Assemble(in CachedObject whole, IReadOnlyList<CachePart> parts, CancellationToken cancellation) => throw new NotSupportedException();

        public void Prefetch(in ObjectRequest request) => throw new NotSupportedException();
    }
}
