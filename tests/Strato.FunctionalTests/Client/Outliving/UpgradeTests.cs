using Strato.Testing.Processes;
using Strato.Client.Mounting;
using Strato.Hosting.Control;
using Strato.Testing.Mounting;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>The build changes under a mount: asked for, or by a program that was replaced in place.</summary>
public sealed class UpgradeTests : OutlivingTest
{
    private const int Handovers = 100;

    [Fact]
    public async Task Another_build_takes_over_and_back_with_holder_and_all_under_readers()
    {
        StratoBuild[] builds = [new(Site.Publisher, "1.1.1"), new(Site.Publisher, "2.2.2")];
        using HeldMount mount = await HeldMount.StartAsync(Site.Options, TimeSpan.FromMinutes(4), Cancellation, builds[0].Program);
        using Readers readers = new(Site, mount.Directory, Readers.AllWays) { Surroundings = mount.Describe };
        List<Measure> holders = [Measure.Of(await mount.Processes.WaitForHolderAsync(null, Cancellation))];
        for (int round = 1; round <= 6; round++)
        {
            StratoBuild next = builds[round % 2];
            int before = mount.Processes.Daemon!.Value;
            mount.DropNames();

            string told = await mount.TalkAsync(next.Program, Cancellation, "reload");

            int daemon = mount.Processes.Daemon!.Value;
            Assert.Equal($"pid {daemon} serves {mount.Directory} in place of {before}", told);
            Assert.Equal(next.Version, await mount.TalkAsync(Cancellation, "version"));
            await AssertHolderIsOfAsync(mount, next);
            readers.AssertRunning();

            // Whoever starts it from now on starts the new build.
            (_, int successor) = await mount.Processes.ReplaceDaemonAsync(Cancellation);
            Assert.Equal(next.Program, MountProcesses.CommandLine(successor)[0]);
            Assert.Contains(mount.Directory, MountProcesses.CommandLine(successor));
            await AssertServesAsync(mount);
            int holder = mount.Processes.Holder!.Value;
            holders.Add(Measure.Of(holder));
            Assert.Empty(MountProcesses.ZombiesOf(holder));
            Assert.Empty(MountProcesses.ZombiesOf(successor));
        }

        await readers.FinishAsync(Cancellation);
        Assert.Single(holders.Select(one => one.Descriptors).Distinct());
        Assert.InRange(Measure.Peak(holders.TakeLast(2)).Memory, 0, Measure.Peak(holders.Take(2)).Memory + (4 << 20));
        await AssertNothingIsOpenAsync(mount);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task A_program_that_is_replaced_in_place_is_the_next_successor()
    {
        StratoBuild build = new(Site.Publisher, "1.1.1");
        using HeldMount mount = await HeldMount.StartAsync(Site.Options, TimeSpan.FromMinutes(2), Cancellation, build.Program);
        using Readers readers = new(Site, mount.Directory, "preads", "mapped") { Surroundings = mount.Describe };
        build.SetVersion("3.3.3");

        await mount.Processes.ReplaceDaemonAsync(Cancellation);
        await AssertServesAsync(mount);

        Assert.Equal("3.3.3", await mount.TalkAsync(Cancellation, "version"));
        await AssertHolderIsOfAsync(mount, build);
        await readers.FinishAsync(Cancellation);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task A_program_that_does_not_come_to_serve_is_replaced_by_the_one_before()
    {
        using HeldMount mount = await MountAsync();
        using Readers readers = new(Site, mount.Directory, "preads") { Surroundings = mount.Describe };
        int before = mount.Processes.Daemon!.Value;

        Assert.Null((await ReloadAsync(mount, "/bin/false")).Error);

        await AssertServesAsync(mount);
        Assert.NotEqual(before, mount.Processes.Daemon);
        await readers.FinishAsync(Cancellation);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task A_program_that_cannot_read_the_state_is_refused_and_the_daemon_stays()
    {
        using HeldMount mount = await MountAsync();
        int before = mount.Processes.Daemon!.Value;

        ControlReply other = await ReloadAsync(mount, "/bin/true", "state 0, nodes 0, files 0");
        ControlReply absent = await ReloadAsync(mount, "/no/such/program");

        Assert.Contains("it reads state 0", other.Error, StringComparison.Ordinal);
        Assert.Contains("there is no such program", absent.Error, StringComparison.Ordinal);
        Assert.Equal(before, mount.Processes.Daemon);
        await AssertSameAsync(Compare(mount.Directory, "data/many/000"));
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task Open_files_go_through_a_hundred_handovers()
    {
        using HeldMount mount = await MountAsync(TimeSpan.FromMinutes(6));
        using Readers readers = new(Site, mount.Directory, "preads", "mapped", "listing") { Surroundings = mount.Describe };
        List<Measure> daemons = [];
        string program = StratoProgram.Location;
        for (int handover = 0; handover < Handovers; handover++)
        {
            int before = await mount.Processes.WaitForDaemonAsync(null, Cancellation);
            await AssertServesAsync(mount);
            daemons.Add(Measure.Of(before));
            Assert.Null((await ReloadAsync(mount, program)).Error);
            await mount.Processes.WaitForDaemonAsync(before, Cancellation);
            readers.AssertRunning();
        }

        await AssertServesAsync(mount);
        await readers.FinishAsync(Cancellation);
        Assert.DoesNotContain("failed", mount.Log, StringComparison.Ordinal);
        Assert.InRange(Measure.Middle(daemons.TakeLast(20)).Memory, 0, 1.3 * Measure.Middle(daemons.Skip(5).Take(20)).Memory);
        await AssertNothingIsOpenAsync(mount);
        await AssertUnmountsAsync(mount);
    }

    private Task<ControlReply> ReloadAsync(HeldMount mount, string program, string? format = null)
    {
        MountRecord record = new MountRegistry(Site.Options.Home).Find(mount.Directory);
        return ControlClient.AskAsync(record.Socket, new ControlRequest("reload", [program, format ?? RepositoryMount.StateFormat]), Cancellation);
    }

    /// <summary>Waits until the control socket answers: then the daemon is up, whichever it is.</summary>
    private async Task AssertServesAsync(HeldMount mount)
    {
        long started = Environment.TickCount64;
        while (true)
        {
            try
            {
                MountRecord record = new MountRegistry(Site.Options.Home).Find(mount.Directory);
                ControlReply reply = await ControlClient.AskAsync(record.Socket, new ControlRequest("pid", []), Cancellation);
                if (reply.Error is null && reply.Text == $"{mount.Processes.Daemon}")
                {
                    return;
                }
            }
            catch (Exception error) when (error is IOException or Strato.Core.StratoException && Environment.TickCount64 - started < 30_000)
            {
                // It is on its way.
            }

            Assert.True(Environment.TickCount64 - started < 30_000, mount.Log);
            await Task.Delay(10, Cancellation);
        }
    }

    private static async Task AssertHolderIsOfAsync(HeldMount mount, StratoBuild build)
    {
        long started = Environment.TickCount64;
        while (mount.Processes.All().Count(process => !process.IsDaemon) != 1 || MountProcesses.CommandLine(mount.Processes.Holder!.Value)[0] != build.Program)
        {
            Assert.True(Environment.TickCount64 - started < 10_000, mount.Log);
            await Task.Delay(10, Cancellation);
        }
    }
}
