using System.Buffers;
using System.Text;
using Strato.Core.Compression;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Testing;

namespace Strato.Tests.Storage.Cache;

/// <summary>A cache in memory, its clock, and entries to put into it.</summary>
public abstract class CacheTest : IDisposable
{
    private readonly TemporaryFolder folder = new(inMemory: true);

    /// <summary>The cache's directory.</summary>
    private protected string Location => folder.Path;

    private protected ManualClock Clock { get; } = new();

    /// <summary>What the caches have told.</summary>
    private protected List<string> Notices { get; } = [];

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ObjectCache Open(long quota = CacheOptions.Unlimited) =>
        ObjectCache.Open(new CacheOptions { Directory = Location, Quota = quota, Time = Clock, Notice = Notices.Add });

    private protected static CachedObject Entry(int seed) =>
        new(new ObjectName(ContentHasher.Hash(HashAlgorithm.Sha1, [(byte)seed]), ObjectKind.File), CompressionAlgorithm.Zlib);

    private protected static void Put(ObjectCache cache, int seed, int length, bool isVolatile = false)
    {
        using CacheWriter writer = cache.BeginWrite(Entry(seed), isVolatile);
        writer.Write(Enumerable.Repeat((byte)seed, length).ToArray());
        writer.Commit().File.Dispose();
    }

    private protected static string Read(OpenedObject opened)
    {
        byte[] bytes = new byte[opened.Length + 1];
        Assert.Equal(Errno.None, PosixFile.ReadFullyAt(opened.File, bytes, 0, out int count));
        Assert.Equal(opened.Length, count);
        return Encoding.ASCII.GetString(bytes, 0, count);
    }

    private protected void Damage(byte[] content) => Overwrite(Assert.Single(Files()), content);

    private protected static void Overwrite(string path, byte[] content)
    {
        Assert.Equal(Errno.None, PosixPath.SetPermissions(null, Encoding.UTF8.GetBytes(path), 0x180));
        File.WriteAllBytes(path, content);
    }

    private protected string[] Files() => [.. Directory.GetDirectories(Location)
        .Where(path => Path.GetFileName(path).Length == 2).SelectMany(Directory.GetFiles)];
}
