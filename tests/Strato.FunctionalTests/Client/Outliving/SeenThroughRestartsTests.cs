using System.Net.Sockets;
using System.Text.Json;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Metrics;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>What people and monitoring see of a mount whose daemon was killed.</summary>
public sealed class SeenThroughRestartsTests : OutlivingTest
{
    [Fact]
    public async Task Restarts_are_counted_and_metrics_served_again()
    {
        using TemporaryFolder folder = new();
        string socket = folder["metrics"];
        using HeldMount mount = await MountAsync($"STRATO_METRICS=unix:{socket}");
        using FileStream open = File.OpenRead(Path.Combine(mount.Directory, "data/many/000"));
        Assert.Equal(0, Exposition.Parse(await PageAsync(socket)).Value("strato_restarts_total"));
        int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);

        PosixProcess.Kill(daemon, Signal.Kill).ThrowIfFailed("kill the daemon");
        await AssertSameAsync(Compare(mount.Directory, "data/many/001"));

        using JsonDocument status = JsonDocument.Parse(await mount.TalkAsync(Cancellation, "status", "--json"));
        Assert.Equal(1, status.RootElement.GetProperty("restarts").GetInt32());
        Assert.Contains("after 1 restart", await mount.TalkAsync(Cancellation, "status"), StringComparison.Ordinal);
        Assert.StartsWith("/data/many/000  ", await mount.TalkAsync(Cancellation, "open", "files"), StringComparison.Ordinal);
        Exposition page = Exposition.Parse(await PageAsync(socket));
        Assert.Equal(1, page.Value("strato_restarts_total"));
        Assert.True(page.Value("strato_fuse_request_duration_seconds_count", ("opcode", "open")) >= 1);
        open.Dispose();
        await AssertUnmountsAsync(mount);
    }

    /// <summary>The page; a successor serves it a moment after the mount.</summary>
    private static async Task<string> PageAsync(string path)
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, token) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient client = new(handler);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await client.GetStringAsync(new Uri("http://mount/metrics"), Cancellation);
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(100, Cancellation);
            }
        }
    }
}
