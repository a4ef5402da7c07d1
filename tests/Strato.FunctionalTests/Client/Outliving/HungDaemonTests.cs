using Strato.Posix;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>A daemon that hangs is replaced; one that waits for a server is not.</summary>
public sealed class HungDaemonTests : OutlivingTest
{
    private const string Limit = "STRATO_HANG_TIMEOUT=2";

    [Fact]
    public async Task A_daemon_that_reads_no_request_is_killed_and_its_callers_are_answered()
    {
        using HeldMount mount = await MountAsync(Limit);
        await AssertSameAsync(Compare(mount.Directory, "data/many/000"));
        int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);

        PosixProcess.Kill(daemon, Signal.Stop);
        await AssertSameAsync(Compare(mount.Directory, "data/many/001", "data/chunked.bin"));

        Assert.NotEqual(daemon, mount.Processes.Daemon);
        Assert.Contains("it is killed", mount.Log, StringComparison.Ordinal);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task What_a_daemon_had_taken_when_it_was_stopped_is_answered_though_nobody_asks_for_more()
    {
        Site.DelayObjects(TimeSpan.FromSeconds(2));
        using HeldMount mount = await MountAsync(Limit);
        int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);
        int before = Site.ObjectsAskedFor;
        ChildProcess[] comparisons = Compare(mount.Directory, "data/many/001");
        await WaitUntilAsync(() => Site.ObjectsAskedFor > before, mount);

        // Its open has been read and waits for the server: nothing waits in the device, now or later.
        PosixProcess.Kill(daemon, Signal.Stop);
        await AssertSameAsync(comparisons);

        Assert.NotEqual(daemon, mount.Processes.Daemon);
        Assert.Contains("it is killed", mount.Log, StringComparison.Ordinal);
        await AssertNothingIsOpenAsync(mount);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task A_daemon_that_stands_still_while_nobody_asks_is_left_alone()
    {
        using HeldMount mount = await MountAsync(Limit);
        int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);

        // What looking at the mount has opened is closed in the background, which is a request like others.
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
        PosixProcess.Kill(daemon, Signal.Stop);
        await Task.Delay(TimeSpan.FromSeconds(5), Cancellation);
        PosixProcess.Kill(daemon, Signal.Continue);

        await AssertSameAsync(Compare(mount.Directory, "data/many/000"));
        Assert.Equal(daemon, mount.Processes.Daemon);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task A_daemon_whose_server_takes_longer_than_the_limit_is_no_hung_one()
    {
        Site.DelayObjects(TimeSpan.FromSeconds(6));
        using HeldMount mount = await MountAsync(Limit, "CVMFS_TIMEOUT_DIRECT=60");
        int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);

        // More than there are threads that read requests, so that each of them has met the slow server.
        await AssertSameAsync(Compare(mount.Directory, Enumerable.Range(0, 24).Select(number => $"data/many/{number:D3}")));

        Assert.Equal(daemon, mount.Processes.Daemon);
        Assert.DoesNotContain("it is killed", mount.Log, StringComparison.Ordinal);
        await AssertUnmountsAsync(mount);
    }
}
