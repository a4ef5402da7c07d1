using System.Collections.Concurrent;
using System.Diagnostics;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Golden;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client;

/// <summary>How the chunks of a file come to those who read it.</summary>
public sealed class ChunkFetchingTests : IAsyncDisposable
{
    private const int Readers = 4;
    private const int SideBySide = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly GoldenSite site;

    public ChunkFetchingTests()
    {
        FuseRequirement.Device();
        site = new GoldenSite(GoldenRepository.Sha1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chunks_are_fetched_ahead_of_readers_side_by_side_and_once_for_all_of_them()
    {
        GoldenChunkList file = GoldenChunkList.Read(site.Repository, "trunk").MaxBy(list => list.Chunks.Select(chunk => chunk.Hash).Distinct().Count())!;
        HashSet<string> chunks = [.. file.Chunks.Select(chunk => chunk.Hash.ToString()).Select(hash => $"/data/{hash[..2]}/{hash[2..]}P")];
        Assert.True(chunks.Count > SideBySide, "no golden file has enough chunks");
        ConcurrentDictionary<string, int> asked = new(StringComparer.Ordinal);
        using ManualResetEventSlim together = new();
        int arrived = 0;
        bool cameTogether = true;
        site.Answer = request =>
        {
            if (chunks.FirstOrDefault(chunk => request.Path.EndsWith(chunk, StringComparison.Ordinal)) is { } chunk)
            {
                // The first is not answered before others are asked for, too.
                asked.AddOrUpdate(chunk, 1, (_, count) => count + 1);
                if (Interlocked.Increment(ref arrived) == SideBySide)
                {
                    together.Set();
                }

                if (!together.Wait(Patience, Cancellation))
                {
                    cameTogether = false;
                }
            }

            return site.Honest(request);
        };
        using StratoMount mount = await StratoMount.StartAsync(site.Options, Cancellation);

        string path = Path.Combine(mount.Directory, file.Path);
        ChildProcess[] readers = [.. Enumerable.Range(0, Readers).Select(_ => ChildProcess.Start(new ProcessStartInfo("sha256sum", [path])))];
        try
        {
            foreach (ChildProcess reader in readers)
            {
                Assert.Equal(0, await reader.WaitAsync(Cancellation));
            }

            string expected = File.ReadLines(site.Repository.Expected("trunk", "sha256")).First(line => line.EndsWith(file.Path, StringComparison.Ordinal)).Split(' ')[0];
            Assert.All(readers, reader => Assert.Equal(expected, reader.Output.TrimStart('\\').Split(' ')[0]));
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }

        Assert.True(cameTogether, "chunks were asked for one after the other");
        Assert.Equal(chunks.Order(StringComparer.Ordinal), asked.Keys.Order(StringComparer.Ordinal));
        Assert.All(asked, chunk => Assert.Equal(1, chunk.Value));
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
