using System.Diagnostics;
using System.Text;
using Strato.FunctionalTests.Fuse;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client;

/// <summary>
/// A mount whose servers have every fault there is, at once and combined: whoever reads gets the right bytes or EIO in time, everybody else is not
/// disturbed, and nothing wrong stays behind.
/// </summary>
public sealed class BadNetworkTests : IAsyncDisposable
{
    /// <summary>What one try may take.</summary>
    private const int Timeout = 1;

    /// <summary>What nobody who asks for something that needs no server waits for, on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);

    /// <summary>A path's catalogs and its object, each tried twice at two servers, and what a busy machine adds.</summary>
    private static readonly TimeSpan Bound = (TimeSpan.FromSeconds(Timeout) * 4 * 4) + TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();
    private readonly GoldenRepository repository = GoldenRepository.Sha1;
    private readonly IReadOnlyList<GoldenFile> files = GoldenFile.List(GoldenRepository.Sha1, "trunk");
    private readonly FaultyServer first;
    private readonly FaultyServer second;

    public BadNetworkTests()
    {
        FuseRequirement.Device();
        first = new FaultyServer(ScriptedPeer.Directory($"/cvmfs/{repository.Name}", repository.Storage));
        second = new FaultyServer(ScriptedPeer.Directory($"/cvmfs/{repository.Name}", repository.Storage));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StratoMountOptions Options => new()
    {
        Repository = repository.Name,
        Home = folder["home"],
        Server = $"{first.Address}/cvmfs/{repository.Name};{second.Address}/cvmfs/{repository.Name}",
        PublicKey = repository.PublicKey,
        Settings = [$"CVMFS_TIMEOUT_DIRECT={Timeout}", $"CVMFS_TIMEOUT={Timeout}", "CVMFS_MAX_RETRIES=1", "CVMFS_BACKOFF_INIT=0", "CVMFS_BACKOFF_MAX=0"],
    };

    [Fact]
    public async Task All_faults_of_one_server_at_once_are_no_reader_s()
    {
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        await Task.Run(() => Directory.GetFileSystemEntries(mount.Directory, "*", SearchOption.AllDirectories), Cancellation);
        first.FaultOf = Scatter(seed: 1);
        Dictionary<string, Exception?> failures = await ReadAllAsync(mount);
        Assert.All(failures, failure => Assert.Null(failure.Value));
    }

    [Fact]
    public async Task Any_faults_of_all_servers_end_in_time_and_leave_nothing_wrong_behind()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("STRATO_SEED"), out int given) ? given : Environment.TickCount;
        using StratoMount mount = await StratoMount.StartAsync(Options, Cancellation);
        first.FaultOf = Scatter(seed);
        second.FaultOf = Scatter(seed + 1);
        Dictionary<string, Exception?> failures = await ReadAllAsync(mount, seed);
        Assert.All(failures.Values, failure => Assert.True(failure is null or IOException, $"with seed {seed}: {failure}"));

        // Answers that were wrong are remembered nowhere, neither here nor in the kernel, for longer than callers take that wait for one name.
        first.FaultOf = static _ => NetworkFault.None;
        second.FaultOf = static _ => NetworkFault.None;
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        failures = await ReadAllAsync(mount);
        Assert.All(failures, failure => Assert.Null(failure.Value));
    }

    [Fact]
    public async Task Every_fault_leaves_the_shown_revision_and_the_mount_can_be_ended_under_it()
    {
        // Each fault has a mount of its own to end; they run side by side.
        await Parallel.ForEachAsync(FaultyServer.Faults.Chunk(7), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation }, async (faults, _) =>
        {
            await using FaultyServer server = new(ScriptedPeer.Directory($"/cvmfs/{repository.Name}", repository.Storage));
            StratoMountOptions options = Options with { Home = folder[$"home-{faults[0]}"], Server = $"{server.Address}/cvmfs/{repository.Name}" };
            using StratoMount mount = await StratoMount.StartAsync(options, Cancellation);
            foreach (NetworkFault fault in faults)
            {
                server.FaultOf = _ => fault;
                string said = await InTimeAsync(() => SayAsync(mount), Bound, $"remount under {fault}");
                Assert.True(FaultyServer.Passes(fault) == said.Contains("is the newest", StringComparison.Ordinal), $"{fault}: {said}");
                Probe(mount, $"under {fault}");
            }

            server.FaultOf = _ => NetworkFault.Silence;
            Task reader = StartReader(mount, files[0]);
            while (!server.Requests.Any(request => request.Path.EndsWith(files[0].ObjectPath, StringComparison.Ordinal)))
            {
                await Task.Delay(5, Cancellation);
            }

            Assert.Equal(0, await InTimeAsync(() => mount.StopAsync(Signal.Terminate, Cancellation), TimeSpan.FromSeconds(20), "ending the mount"));
            Assert.IsAssignableFrom<IOException>(await Record.ExceptionAsync(() => reader));
        });
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Every object has a fault of its own, each fault some objects; the signed root is honest.</summary>
    private static Func<string, NetworkFault> Scatter(int seed) => path =>
    {
        int code = path.Aggregate(seed, (sum, letter) => unchecked((sum * 31) + letter));
        return path.Contains("/data/", StringComparison.Ordinal) ? FaultyServer.Faults[(int)((uint)code % FaultyServer.Faults.Count)] : NetworkFault.None;
    };

    private static async Task<string> SayAsync(StratoMount mount)
    {
        try
        {
            return await mount.TalkAsync(Cancellation, "remount");
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message;
        }
    }

    private static async Task<T> InTimeAsync<T>(Func<Task<T>> action, TimeSpan bound, string what)
    {
        long started = Stopwatch.GetTimestamp();
        T result = await action();
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.True(took < bound, $"{what} took {took}");
        return result;
    }

    /// <summary>What somebody does who does not know that the servers are bad: df, and ls of the root.</summary>
    private static void Probe(StratoMount mount, string when)
    {
        long started = Stopwatch.GetTimestamp();
        Assert.Equal(Errno.None, PosixPath.GetFileSystemStatus(Encoding.UTF8.GetBytes(mount.Directory), out _));
        Assert.NotEmpty(Directory.GetFileSystemEntries(mount.Directory));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.True(took < Prompt, $"df and ls took {took} {when}");
    }

    private static Task StartReader(StratoMount mount, GoldenFile file) => Task.Factory.StartNew(
        () => Assert.Equal(file.Digest, file.ReadDigest(mount.Directory)), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Reads all files at once, each on a thread of its own, and looks meanwhile whether others are disturbed.</summary>
    private async Task<Dictionary<string, Exception?>> ReadAllAsync(StratoMount mount, int seed = 1)
    {
        Dictionary<string, Task> readers = files.ToDictionary(file => file.Path, file => StartReader(mount, file), StringComparer.Ordinal);
        Task all = Task.WhenAll(readers.Values);
        long started = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(all, Task.Delay(100, Cancellation)) != all)
        {
            await Task.Factory.StartNew(() => Probe(mount, "while readers wait"), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            string[] waiting = [.. readers.Where(reader => !reader.Value.IsCompleted).Select(reader => reader.Key)];
            Assert.True(Stopwatch.GetElapsedTime(started) < Bound, $"after {Bound} (seed {seed}) these still wait: {string.Join(' ', waiting)}");
        }

        return readers.ToDictionary(reader => reader.Key, reader => reader.Value.Exception?.InnerException, StringComparer.Ordinal);
    }
}
