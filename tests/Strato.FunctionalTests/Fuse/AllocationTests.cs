using Strato.Posix;
using Strato.Testing.Fuse;

namespace Strato.FunctionalTests.Fuse;

/// <summary>Architecture decision 3, measured on the whole serving process.</summary>
public sealed class AllocationTests
{
    public AllocationTests() => FuseRequirement.Device();

    [Fact]
    public void Warm_requests_allocate_nothing()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { Validity = 0, CacheListings = false });
        byte[] buffer = new byte[128 * 1024];
        using FileDescriptor direct = BytePath.Open(mount.At("files/direct"));
        Load(mount, direct, buffer, 200);
        mount.Command("allocated");
        long before = mount.Number("allocated");
        long perQuestion = mount.Number("allocated") - before;
        mount.Command("reset");
        before = mount.Number("allocated");

        Load(mount, direct, buffer, 2000);

        long allocated = mount.Number("allocated") - before - (2 * perQuestion);
        long requests = mount.Number("count Lookup") + mount.Number("count Read") + mount.Number("count Open");
        Assert.True(requests > 8000, $"only {requests} requests came");

        // The runtime itself (tiering, its timers) allocates a little in the background; one byte for each request would be noticed.
        Assert.True(allocated < requests, $"{requests} requests allocated {allocated} bytes");
    }

    private static void Load(MemoryMount mount, FileDescriptor direct, byte[] buffer, int rounds)
    {
        string path = mount.At("files/4097");
        for (int i = 0; i < rounds; i++)
        {
            Assert.Equal(Errno.None, BytePath.TryStatus(path, out _));
            Assert.Equal(Errno.None, BytePath.TryOpen(path));
            PosixFile.ReadAt(direct, buffer, i * 300L, out int count).ThrowIfFailed("read");
            Assert.Equal(buffer.Length, count);
        }
    }
}
