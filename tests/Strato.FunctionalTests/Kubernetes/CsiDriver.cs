using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Strato.Posix;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Kubernetes;

/// <summary>
/// A <c>strato csi</c> beside a mount of all repositories, and a client that is none of this project's. Disposing ends it and takes away what it has mounted.
/// </summary>
internal sealed class CsiDriver : IDisposable
{
    private static readonly string ClientFolder = Path.Combine(Checkout(), "tests", "grpc-client");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-csi-");
    private readonly string[] arguments;
    private ChildProcess process;

    private CsiDriver(string home, string mount, string[] more)
    {
        arguments = ["csi", "--endpoint", $"unix://{Socket}", "--home", home, "--mount", mount, "--node-id", "node-1", .. more];
        process = ChildProcess.StartStrato(arguments);
    }

    /// <summary>The driver's process.</summary>
    public int Pid => process.Id;

    /// <summary>What it has logged.</summary>
    public string Log => process.Error;

    private string Socket => Path.Combine(folder.FullName, "csi.sock");

    /// <summary>Skips where the client's packages are not installed.</summary>
    public static void Require() =>
        Assert.SkipUnless(Directory.Exists(Path.Combine(ClientFolder, "node_modules")), "the gRPC client's packages are missing: build/node-packages.sh installs them");

    public static async Task<CsiDriver> StartAsync(string home, string mount, CancellationToken cancellation, params string[] more)
    {
        CsiDriver driver = new(home, mount, more);
        try
        {
            await driver.process.WaitForAsync("serving ", cancellation);
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <summary>A path for a volume, below which nothing exists yet.</summary>
    public string Target(string name) => Path.Combine(folder.FullName, "pods", name, "mount");

    /// <summary>Kills it, and starts it again.</summary>
    public async Task ReplaceAsync(CancellationToken cancellation)
    {
        process.Send(Signal.Kill);
        await process.WaitAsync(cancellation);
        process.Dispose();
        process = ChildProcess.StartStrato(arguments);
        await process.WaitForAsync("serving ", cancellation);
    }

    /// <summary>Makes calls one after the other.</summary>
    public async Task<IReadOnlyList<CsiAnswer>> CallAsync(CancellationToken cancellation, params object[] calls) => await RunAsync(calls, text => text, cancellation);

    /// <summary>Makes calls at once, on a connection that is there.</summary>
    public async Task<IReadOnlyList<CsiAnswer>> CallTogetherAsync(CancellationToken cancellation, params object[] calls) =>
        await RunAsync(new object[] { Enumerable.Repeat(new { call = "Identity.Probe" }, 20), calls }, answers => answers[1], cancellation);

    public void Dispose()
    {
        process.Dispose();
        byte[] prefix = Encoding.UTF8.GetBytes(folder.FullName + "/");
        foreach (MountEntry entry in MountTable.Read().Where(entry => entry.MountPoint.AsSpan().StartsWith(prefix)))
        {
            Mounts.Unmount(entry.MountPoint, UnmountFlags.Detach | UnmountFlags.NoFollow);
        }

        folder.Delete(recursive: true);
    }

    private async Task<IReadOnlyList<CsiAnswer>> RunAsync(object calls, Func<JsonElement, JsonElement> choose, CancellationToken cancellation)
    {
        string proto = Path.Combine(Checkout(), "src", "Strato.Kubernetes", "Protos", "csi.proto");
        using ChildProcess client = ChildProcess.Start(new ProcessStartInfo("node", [Path.Combine(ClientFolder, "client.js"), Socket, proto, JsonSerializer.Serialize(calls)]));
        int code = await client.WaitAsync(cancellation);
        Assert.True(code == 0, client.Error);
        using JsonDocument document = JsonDocument.Parse(client.Output);
        return
        [
            .. choose(document.RootElement).EnumerateArray().Select(answer => new CsiAnswer(
                answer.GetProperty("code").GetString()!, answer.GetProperty("message").GetString()!, answer.GetProperty("response").Clone(), answer.GetProperty("milliseconds").GetDouble())),
        ];
    }

    private static string Checkout()
    {
        DirectoryInfo? place = new(AppContext.BaseDirectory);
        while (place is not null && !File.Exists(Path.Combine(place.FullName, "Strato.slnx")))
        {
            place = place.Parent;
        }

        return place?.FullName ?? throw new InvalidOperationException("the tests do not lie in a checkout");
    }
}
