using System.Text;
using Strato.Posix;
using Strato.Storage.Local;
using Strato.Testing;

namespace Strato.FunctionalTests.Storage;

/// <summary>Where a local store has the file system put its objects.</summary>
public sealed class SpreadObjectsTests
{
    [Fact]
    public async Task A_store_is_made_and_used_whether_or_not_the_file_system_takes_advice()
    {
        foreach (bool inMemory in new[] { true, false })
        {
            using TemporaryFolder folder = new(inMemory: inMemory);
            await using LocalObjectStore store = LocalObjectStore.Create(Path.Combine(folder.Path, "store"));
            string key = $"data/ab/{new string('c', 38)}";

            Assert.True(await store.PutIfAbsentAsync(key, Encoding.ASCII.GetBytes("object"), TestContext.Current.CancellationToken));

            Assert.Equal("object", File.ReadAllText(Path.Combine(store.Location, key)));
        }
    }

    [Fact]
    public async Task A_missing_shard_is_made()
    {
        using TemporaryFolder folder = new();
        await using LocalObjectStore store = LocalObjectStore.Create(Path.Combine(folder.Path, "store"));
        Directory.Delete(Path.Combine(store.Location, "data", "ab"));

        Assert.True(await store.PutIfAbsentAsync($"data/ab/{new string('c', 38)}", Encoding.ASCII.GetBytes("object"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Advice_is_taken_or_refused_with_a_reason()
    {
        using TemporaryFolder folder = new();
        PosixFile.Open(null, Encoding.UTF8.GetBytes(folder.Path), OpenFlags.Directory, out FileDescriptor? directory).ThrowIfFailed("open");
        using (directory)
        {
            Assert.Contains(Allocation.SpreadDirectories(directory!), new[] { Errno.None, Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.EINVAL });
        }
    }
}
