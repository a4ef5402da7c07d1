using System.Diagnostics;
using System.Globalization;
using Strato.Core.Hashing;
using Strato.Posix;
using Strato.Storage.Cache;
using Strato.Storage.Local;
using Strato.Storage.Objects;
using Strato.Testing;
using Strato.Testing.Processes;
using Strato.Testing.Storage;

namespace Strato.FunctionalTests.Storage;

/// <summary>Writers that are killed at any moment leave nothing that is half done, and nothing that a living one minds.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private const int Kills = 12;
    private readonly TemporaryFolder folder = new(inMemory: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_store_holds_whole_objects_only()
    {
        await LocalObjectStore.Create(folder.Path).DisposeAsync();
        using (ChildProcess survivor = Start("store", folder.Path, 99))
        {
            await survivor.WaitForAsync("writing", Token);
            for (int kill = 0; kill < Kills; kill++)
            {
                await KillOneAsync("store", folder.Path, kill);
            }

            Assert.Equal(string.Empty, survivor.Error);
        }

        await using LocalObjectStore store = LocalObjectStore.Open(folder.Path);
        int checkedObjects = 0;
        await foreach (ObjectListing listing in store.ListAsync("data/", Token))
        {
            Assert.True(ObjectKey.TryParse(listing.Key, out ObjectName name), listing.Key);
            byte[] bytes = await File.ReadAllBytesAsync(folder[listing.Key], Token);
            Assert.Equal(name.Hash, ContentHasher.Hash(HashAlgorithm.Sha1, bytes));
            checkedObjects++;
        }

        Assert.InRange(checkedObjects, 1, 400);

        // The manifest names an object that was put and flushed before it.
        VersionedBytes? manifest = await store.ReadAsync(ObjectKey.Manifest, 100, Token);
        Assert.True(manifest is null || await store.ExistsAsync(System.Text.Encoding.ASCII.GetString(manifest.Bytes.Span), Token));

        // The next writer sweeps whatever the dead ones left.
        await store.PutIfAbsentAsync("data/00/00000000000000000000000000000000000001", new byte[1], Token);
        await store.FlushAsync(Token);
        Assert.All(Directory.GetFiles(folder["data/txn"]), file => Assert.Contains(Path.GetFileName(file), (string[])["strato.lock", "strato.swap"]));
    }

    [Fact]
    public async Task A_cache_holds_whole_entries_only_and_counts_right()
    {
        const long quota = 20 << 20;
        ObjectCache.Open(new CacheOptions { Directory = folder["cache"] }).Dispose();
        using (ChildProcess survivor = Start("cache", folder["cache"], 99, quota))
        {
            await survivor.WaitForAsync("writing", Token);
            for (int kill = 0; kill < Kills; kill++)
            {
                await KillOneAsync("cache", folder["cache"], kill, quota);
            }

            Assert.Equal(string.Empty, survivor.Error);
        }

        long used = 0;
        int entries = 0;
        foreach (string file in Directory.GetDirectories(folder["cache"]).Where(path => Path.GetFileName(path).Length == 2).SelectMany(Directory.GetFiles))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, Token);
            string text = Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file).Replace(".plain", string.Empty, StringComparison.Ordinal);
            Assert.Equal(text, ContentHasher.Hash(HashAlgorithm.Sha1, bytes).ToString());
            used += Math.Max(1, (bytes.Length + 4095) / 4096) * 4096L;
            entries++;
        }

        Assert.InRange(entries, 1, 400);
        using ObjectCache cache = ObjectCache.Open(new CacheOptions { Directory = folder["cache"], Quota = quota });
        SpinWait.SpinUntil(() => cache.Status.UsedBytes == used, TimeSpan.FromSeconds(20));
        Assert.Equal(new CacheStatus(used, entries, quota), cache.Status);
        Assert.Empty(Directory.GetFiles(folder["cache/txn"]));
    }

    private static ChildProcess Start(string kind, string directory, int seed, long quota = 0) => ChildProcess.Start(new ProcessStartInfo(
        Path.Combine(AppContext.BaseDirectory, "Strato.Testing"),
        [StorageWriterProgram.Verb, kind, directory, seed.ToString(CultureInfo.InvariantCulture), quota.ToString(CultureInfo.InvariantCulture)]));

    private static async Task KillOneAsync(string kind, string directory, int seed, long quota = 0)
    {
        using ChildProcess victim = Start(kind, directory, seed, quota);
        await victim.WaitForAsync("writing", Token);
        await Task.Delay((seed * 7) % 60, Token);
        victim.Send(Signal.Kill);
        await victim.WaitAsync(Token);
        Assert.Equal(string.Empty, victim.Error);
    }
}
