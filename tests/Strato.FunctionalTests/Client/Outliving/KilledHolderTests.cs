using System.Diagnostics;
using Strato.Posix;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>The holder dies, or everybody does.</summary>
public sealed class KilledHolderTests : OutlivingTest
{
    [Fact]
    public async Task The_daemon_starts_another_holder_that_does_all_that_the_first_did()
    {
        using HeldMount mount = await MountAsync();
        using Readers readers = new(Site, mount.Directory, "preads", "listing") { Surroundings = mount.Describe };
        for (int round = 0; round < 5; round++)
        {
            int holder = await mount.Processes.WaitForHolderAsync(null, Cancellation);
            PosixProcess.Kill(holder, Signal.Kill);
            await mount.Processes.WaitForHolderAsync(holder, Cancellation);
            await WaitForLogAsync(mount, "there is another", round + 1);

            await mount.Processes.ReplaceDaemonAsync(Cancellation);
            await AssertSameAsync(Compare(mount.Directory, "data/many/000"));
            readers.AssertRunning();
        }

        await readers.FinishAsync(Cancellation);
        await AssertNothingIsOpenAsync(mount);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task A_holder_does_not_end_at_signals_that_are_meant_for_terminals_and_services()
    {
        using HeldMount mount = await MountAsync();
        int holder = await mount.Processes.WaitForHolderAsync(null, Cancellation);

        foreach (Signal signal in new[] { Signal.Hangup, Signal.Interrupt, Signal.Terminate, Signal.Quit, Signal.User1 })
        {
            PosixProcess.Kill(holder, signal);
        }

        await mount.Processes.ReplaceDaemonAsync(Cancellation);
        Assert.Equal(holder, mount.Processes.Holder);
        await AssertSameAsync(Compare(mount.Directory, "data/many/000"));
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task When_both_die_callers_fail_at_once_and_the_next_mount_begins_anew()
    {
        using HeldMount mount = await MountAsync();
        await AssertSameAsync(Compare(mount.Directory, "data/many/000"));

        await KillAllAsync(mount);

        using (ChildProcess reader = ChildProcess.Start(new ProcessStartInfo("ls", [mount.Directory])))
        {
            Assert.NotEqual(0, await reader.WaitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(10), Cancellation));

            // What waits in the kernel when the last process ends is aborted; what comes later finds nobody connected.
            Assert.Matches("endpoint is not connected|caused connection abort", reader.Error);
        }

        await mount.MountAgainAsync(Cancellation);
        Assert.Single(mount.Mounts);
        await AssertSameAsync(Compare(mount.Directory, "data/many/000", "data/chunked.bin"));
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task When_both_die_unmounting_leaves_nothing()
    {
        using HeldMount mount = await MountAsync();

        await KillAllAsync(mount);

        await AssertUnmountsAsync(mount);
        Assert.Empty(Directory.GetFiles(Path.Combine(Site.Options.Home, "run", "mounts")));
    }

    [Fact]
    public async Task A_mount_that_is_taken_away_while_no_daemon_lives_ends_its_holder()
    {
        using HeldMount mount = await MountAsync();
        int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);

        PosixProcess.Kill(daemon, Signal.Kill);
        Assert.Equal((0, ""), await mount.UnmountAsync(Cancellation));

        Assert.Empty(mount.Mounts);
        Assert.Empty(mount.Processes.All());
    }

    /// <summary>A holder that is only being started would be missed, and start another daemon.</summary>
    private static async Task KillAllAsync(HeldMount mount)
    {
        await mount.Processes.WaitForHolderAsync(null, Cancellation);
        mount.Processes.KillAll();
    }

    private static async Task WaitForLogAsync(HeldMount mount, string text, int times)
    {
        long started = Environment.TickCount64;
        while (mount.Log.Split(text).Length <= times)
        {
            Assert.True(Environment.TickCount64 - started < 30_000, mount.Log);
            await Task.Delay(10, Cancellation);
        }
    }
}
