using System.Diagnostics;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Http;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client;

/// <summary>Who waits for a server waits alone, and can be killed.</summary>
public sealed class SlowServerTests : IAsyncDisposable
{
    // More than there are threads that read requests.
    private const int Readers = 40;

    private readonly GoldenSite site;

    public SlowServerTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_that_never_come_block_only_their_readers_who_can_be_killed()
    {
        string[] hashes = [.. File.ReadLines(site.Repository.Expected("trunk", "hash"))];
        Dictionary<string, string> objectOf = hashes.Select(line => line.Split('\t')).Where(parts => parts[0].Length > 0)
            .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[3], parts => parts[0], StringComparer.Ordinal);
        HashSet<string> empty = [.. File.ReadLines(site.Repository.Expected("trunk", "find")).Where(line => line.EndsWith(" 0 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];
        string[] stuck = [.. objectOf.Keys.Where(path => !empty.Contains(path) && !path.StartsWith("./external", StringComparison.Ordinal)).Take(Readers)];
        string free = objectOf.Keys.Except(stuck).First(path => path.StartsWith("./uncompressed", StringComparison.Ordinal));
        HashSet<string> never = [.. stuck.Select(path => $"/data/{objectOf[path][..2]}/{objectOf[path][2..]}")];
        site.Answer = request => never.Any(path => request.Path.EndsWith(path, StringComparison.Ordinal)) ? new PeerReply { Hang = true } : site.Honest(request);

        using StratoMount mount = await StratoMount.StartAsync(site.Options with { Settings = ["CVMFS_TIMEOUT_DIRECT=60"] }, Cancellation);
        ChildProcess[] readers = [.. stuck.Select(path => ChildProcess.Start(new ProcessStartInfo("cat", [Path.Combine(mount.Directory, path)])))];
        try
        {
            while (!(await mount.TalkAsync(Cancellation, "status")).Contains($"{Readers} requests wait", StringComparison.Ordinal))
            {
                await Task.Delay(20, Cancellation);
            }

            using ChildProcess reader = ChildProcess.Start(new ProcessStartInfo("cat", [Path.Combine(mount.Directory, free)]));
            Assert.Equal(0, await reader.WaitAsync(Cancellation));
            using ChildProcess lister = ChildProcess.Start(new ProcessStartInfo("find", [mount.Directory]));
            Assert.Equal(0, await lister.WaitAsync(Cancellation));

            foreach (ChildProcess waiting in readers)
            {
                waiting.Send(Posix.Signal.Kill);
                await waiting.WaitAsync(Cancellation);
            }

            while (!(await mount.TalkAsync(Cancellation, "status")).Contains(" 0 requests wait", StringComparison.Ordinal))
            {
                await Task.Delay(20, Cancellation);
            }
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
