using System.Globalization;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>Mounts in several processes on one cache that is too small for what they read, some of which are killed.</summary>
public sealed class SharedCacheTests : IAsyncDisposable
{
    private const int QuotaMegabytes = 1;

    private readonly TemporaryFolder folder = new();
    private readonly ScriptedPeer server = new(request => Golden(request.Path)(request));

    public SharedCacheTests() => FuseRequirement.Device();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static GoldenRepository[] Repositories => [GoldenRepository.Sha1, GoldenRepository.Shake128];

    [Fact]
    public async Task Everybody_reads_right_bytes_within_the_quota_while_one_after_the_other_is_killed()
    {
        using StratoMount survivor = await MountAsync(GoldenRepository.Sha1, "survivor");
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<int> reading = ReadOnAsync(survivor, GoldenRepository.Sha1, done.Token);
        for (int kill = 0; kill < 4; kill++)
        {
            GoldenRepository repository = Repositories[kill % 2];
            Task<int> briefly;
            using (StratoMount victim = await MountAsync(repository, "victim"))
            {
                briefly = ReadOnAsync(victim, repository, done.Token);
                await Task.Delay(100 + (kill * 70), Cancellation);
                Assert.False(briefly.IsCompleted, "the victim is read until it is killed");
                await victim.StopAsync(Signal.Kill, Cancellation);
            }

            await Assert.ThrowsAnyAsync<IOException>(() => briefly);
        }

        await done.CancelAsync();
        Assert.InRange(await reading, 1, int.MaxValue);

        // Making room counts anew; what a dead process had reserved is not counted any more.
        await survivor.TalkAsync(Cancellation, "cache", "cleanup", "1");
        string[] entries = Entries();
        Assert.Equal(entries.Length, long.Parse((await survivor.TalkAsync(Cancellation, "cache")).Split(' ')[0], CultureInfo.InvariantCulture));
        Assert.InRange(entries.Sum(entry => (new FileInfo(entry).Length + 4095) / 4096 * 4096), 1, QuotaMegabytes << 20);
        Assert.Empty(survivor.LogLines("failed"));
    }

    [Fact]
    public async Task What_one_has_fetched_another_reads_without_a_server()
    {
        IReadOnlyList<GoldenFile> files = [.. GoldenFile.List(GoldenRepository.Sha1, "trunk").Take(30)];
        using StratoMount first = await MountAsync(GoldenRepository.Sha1, "first", quota: 100);
        using StratoMount second = await MountAsync(GoldenRepository.Sha1, "second", quota: 100);
        Assert.All(files, file => Assert.Equal(file.Digest, file.ReadDigest(first.Directory)));
        int asked = server.Requests.Count;
        Assert.All(files, file => Assert.Equal(file.Digest, file.ReadDigest(second.Directory)));
        Assert.Equal(asked, server.Requests.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    private static Func<PeerRequest, PeerReply> Golden(string path)
    {
        GoldenRepository repository = Repositories.First(candidate => path.StartsWith($"/cvmfs/{candidate.Name}/", StringComparison.Ordinal));
        return ScriptedPeer.Directory($"/cvmfs/{repository.Name}", repository.Storage);
    }

    /// <summary>Reads all files again and again on a thread of its own, until it is stopped or the mount is gone; answers how many.</summary>
    private static Task<int> ReadOnAsync(StratoMount mount, GoldenRepository repository, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            IReadOnlyList<GoldenFile> files = GoldenFile.List(repository, "trunk");
            int read = 0;
            while (!stop.IsCancellationRequested)
            {
                GoldenFile file = files[read++ % files.Count];
                Assert.Equal(file.Digest, file.ReadDigest(mount.Directory));
            }

            return read;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private string[] Entries() =>
        [.. Directory.GetDirectories(folder["cache"]).Where(path => Path.GetFileName(path).Length == 2).SelectMany(Directory.GetFiles)];

    private Task<StratoMount> MountAsync(GoldenRepository repository, string home, int quota = QuotaMegabytes) => StratoMount.StartAsync(
        StratoMountOptions.Of(repository, "trunk", folder[home], server.Address) with { Cache = folder["cache"], Quota = quota }, Cancellation);
}
