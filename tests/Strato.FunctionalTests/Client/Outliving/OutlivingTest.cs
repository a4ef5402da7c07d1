using System.Diagnostics;
using Strato.FunctionalTests.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A test with a published tree and a mount whose processes die.</summary>
public abstract class OutlivingTest : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private protected OutlivingTest() => FuseRequirement.Root();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected OutlivingSite Site { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<HeldMount> MountAsync(params IReadOnlyList<string> settings) => MountAsync(TimeSpan.FromMinutes(3), settings);

    private protected Task<HeldMount> MountAsync(TimeSpan bound, params IReadOnlyList<string> settings) =>
        HeldMount.StartAsync(Site.Options with { Settings = [.. Site.Options.Settings, .. settings] }, bound, Cancellation);

    /// <summary>Starts comparisons of files of the mount with those of the source.</summary>
    private protected ChildProcess[] Compare(string mount, params IEnumerable<string> files) =>
        [.. files.Select(file => ChildProcess.Start(new ProcessStartInfo("cmp", [Path.Combine(mount, file), Path.Combine(Site.Source, file)])))];

    /// <summary>Fails where one of them found a difference, an error, or nothing in good time.</summary>
    private protected static async Task AssertSameAsync(ChildProcess[] comparisons)
    {
        try
        {
            foreach (ChildProcess comparison in comparisons)
            {
                int code = await comparison.WaitAsync(Cancellation).WaitAsync(Soon, Cancellation);
                Assert.True(code == 0, comparison.Output + comparison.Error);
            }
        }
        finally
        {
            Array.ForEach(comparisons, comparison => comparison.Dispose());
        }
    }

    /// <summary>Unmounts, and looks for what should have gone with it.</summary>
    private protected static async Task AssertUnmountsAsync(HeldMount mount)
    {
        (int code, string error) = await mount.UnmountAsync(Cancellation);
        Assert.True(code == 0 && error.Length == 0, $"{error}\n{mount.Describe()}");
        Assert.Empty(mount.Mounts);
        Assert.Empty(mount.Processes.All());
    }

    /// <summary>Waits for what comes soon.</summary>
    private protected static async Task WaitUntilAsync(Func<bool> condition, HeldMount mount)
    {
        long started = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - started < Soon.TotalMilliseconds, mount.Describe());
            await Task.Delay(10, Cancellation);
        }
    }

    /// <summary>Waits until the kernel has released every file, which it does behind its callers' backs.</summary>
    private protected static async Task AssertNothingIsOpenAsync(HeldMount mount)
    {
        long started = Environment.TickCount64;
        string status;
        do
        {
            await Task.Delay(50, Cancellation);
            status = await mount.TalkAsync(Cancellation, "status");
        }
        while (!status.Contains(" 0 open", StringComparison.Ordinal) && Environment.TickCount64 - started < Soon.TotalMilliseconds);
        Assert.Contains(" 0 open", status, StringComparison.Ordinal);
    }
}
