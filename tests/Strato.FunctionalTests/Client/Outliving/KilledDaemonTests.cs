using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Mounting;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Client.Outliving;

/// <summary>
/// The daemon is killed again and again while a compiler, a Python import and others read the mount: no error, no wrong byte, nothing that grows.
/// STRATO_KILLS says how often (the soak: 1,000), STRATO_KILL_LOG where the figures go.
/// </summary>
public sealed class KilledDaemonTests : OutlivingTest
{
    /// <summary>Deaths before what a process takes is taken as its measure.</summary>
    private const int WarmUp = 5;

    private const long HolderMayGrow = 1 << 20;

    /// <summary>One daemon in so many lives long enough to come to what a daemon does some seconds after its start.</summary>
    private const int LongLivedEvery = 10;

    /// <summary>Its longest life, in milliseconds.</summary>
    private const int LongestLife = 6000;

    /// <summary>Successors are measured at random moments of the readers' work.</summary>
    private const double DaemonMayDiffer = 1.3;

    /// <summary>Files of the cache stay open for a while, however many the readers have come to by then.</summary>
    private const int FilesKeptOpen = 512;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("STRATO_KILLS") ?? "20", CultureInfo.InvariantCulture);

    private readonly Random random = new(1);

    [Fact]
    public async Task Readers_notice_nothing_and_nothing_grows()
    {
        TimeSpan bound = TimeSpan.FromMinutes(3) + (Kills * TimeSpan.FromSeconds(3));
        using HeldMount mount = await MountAsync(bound);
        using MountGuard bindGuard = new(bound);
        byte[] bindPoint = Encoding.UTF8.GetBytes(bindGuard.Directory);
        Mounts.Mount(Encoding.UTF8.GetBytes(Path.Combine(mount.Directory, "data")), bindPoint, "none"u8, MountFlags.Bind, default).ThrowIfFailed("bind", bindPoint);
        using ChildProcess program = ChildProcess.Start(new ProcessStartInfo(Path.Combine(mount.Directory, "bin", "sleep"), ["100000"]));
        using Readers readers = new(Site, mount.Directory, Readers.AllWays) { Surroundings = mount.Describe };
        int holder = await mount.Processes.WaitForHolderAsync(null, Cancellation);
        List<Measure> holders = [];
        List<Measure> daemons = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(20, kill % LongLivedEvery == 0 ? LongestLife : 700), Cancellation);
            mount.DropNames();
            int daemon = await mount.Processes.WaitForDaemonAsync(null, Cancellation);
            holders.Add(Measure.Of(holder));
            daemons.Add(Measure.Of(daemon));
            PosixProcess.Kill(daemon, Signal.Kill);
            await mount.Processes.WaitForDaemonAsync(daemon, Cancellation);
            readers.AssertRunning();
        }

        await AssertSameAsync(Compare(mount.Directory, "data/many/199", "data/chunked.bin"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Site.Source, "data", "whole.bin")), await ReadAsync(Path.Combine(bindGuard.Directory, "whole.bin")));
        Assert.True(program.IsRunning, "a program that runs from the mount has ended");
        Dictionary<string, int> rounds = await readers.FinishAsync(Cancellation);
        program.Send(Signal.Terminate);
        await program.WaitAsync(Cancellation);
        Assert.Equal(Errno.None, Mounts.Unmount(bindPoint, UnmountFlags.NoFollow));
        await ReportAsync(rounds, holders, daemons);

        Assert.Equal(holder, mount.Processes.Holder);
        Assert.Empty(MountProcesses.ZombiesOf(holder));
        Assert.Equal(2, mount.Processes.All().Count);
        (Measure holderFirst, Measure holderLast) = (Measure.Peak(holders.Take(WarmUp)), Measure.Peak(holders.Skip(WarmUp)));
        Assert.Equal(holderFirst.Descriptors, holderLast.Descriptors);
        Assert.InRange(holderLast.Memory, 0, holderFirst.Memory + HolderMayGrow);
        (Measure first, Measure last) = (Measure.Middle(daemons.Take(daemons.Count / 2)), Measure.Middle(daemons.Skip(daemons.Count / 2)));
        Assert.InRange(last.Descriptors, 0, first.Descriptors + FilesKeptOpen);
        Assert.InRange(last.Memory, 0, first.Memory * DaemonMayDiffer);
        Assert.DoesNotContain("failed", mount.Log, StringComparison.Ordinal);
        await AssertNothingIsOpenAsync(mount);
        await AssertUnmountsAsync(mount);
    }

    [Fact]
    public async Task Requests_for_objects_that_are_on_their_way_are_answered_by_a_successor()
    {
        Site.DelayObjects(TimeSpan.FromMilliseconds(250));
        using HeldMount mount = await MountAsync();
        ChildProcess[] comparisons = Compare(
            mount.Directory, [.. Enumerable.Range(0, 30).Select(number => string.Create(CultureInfo.InvariantCulture, $"data/many/{number:D3}")), "data/chunked.bin"]);
        for (int kill = 0; kill < 4; kill++)
        {
            await Task.Delay(120, Cancellation);
            await mount.Processes.ReplaceDaemonAsync(Cancellation);
        }

        await AssertSameAsync(comparisons);
        await AssertNothingIsOpenAsync(mount);
        await AssertUnmountsAsync(mount);
    }

    /// <summary>A process that has the device open must not wait for the mount: another one reads.</summary>
    private static async Task<byte[]> ReadAsync(string path)
    {
        using Process reader = Process.Start(new ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using MemoryStream content = new();
        await reader.StandardOutput.BaseStream.CopyToAsync(content, Cancellation);
        await reader.WaitForExitAsync(Cancellation);
        return content.ToArray();
    }

    private static async Task ReportAsync(Dictionary<string, int> rounds, List<Measure> holders, List<Measure> daemons)
    {
        if (Environment.GetEnvironmentVariable("STRATO_KILL_LOG") is not { Length: > 0 } path)
        {
            return;
        }

        StringBuilder log = new();
        log.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ} {Kills} daemons killed with -9 under readers: no error, no wrong byte\n");
        log.Append("rounds of the readers: ").AppendJoin(", ", rounds.Select(way => string.Create(CultureInfo.InvariantCulture, $"{way.Key} {way.Value}"))).Append('\n');
        log.Append("kill holder_kib holder_fds daemon_kib daemon_fds\n");
        int step = Math.Max(1, Kills / 50);
        for (int kill = 0; kill < holders.Count; kill += step)
        {
            log.Append(
                CultureInfo.InvariantCulture,
                $"{kill} {holders[kill].Memory >> 10} {holders[kill].Descriptors} {daemons[kill].Memory >> 10} {daemons[kill].Descriptors}\n");
        }

        await File.WriteAllTextAsync(path, log.ToString(), Cancellation);
    }
}
