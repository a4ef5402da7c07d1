using System.Diagnostics;
using System.Globalization;
using Strato.Posix;
using Strato.Testing.Fuse;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Fuse;

/// <summary>Requests that are answered later, or never.</summary>
public sealed class DeferredTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public DeferredTests() => FuseRequirement.Device();

    [Theory]
    [InlineData("late/lookup")]
    [InlineData("late/attributes")]
    [InlineData("late/open")]
    [InlineData("late/read")]
    [InlineData("late/direct")]
    public void A_late_answer_is_as_good_as_one_at_once(string name)
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { Validity = 0 });

        Assert.Equal(Errno.None, BytePath.TryRead(mount.At(name), out byte[] content));

        Assert.Equal(MemoryTree.Pattern(300_000, 7), content);
        Assert.Equal(0, mount.Number("deferred"));
        Assert.Equal(0, mount.Number("faults"));
    }

    [Fact]
    public void A_listing_can_be_late()
    {
        using MemoryMount mount = MemoryMount.Start();

        Assert.Equal(["inside"], Directory.GetFiles(mount.At("late/list")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task One_worker_goes_on_while_requests_wait()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { Workers = 1 });
        using ChildProcess opening = Caller(mount, "cat", "stuck/open");
        using ChildProcess reading = Caller(mount, "cat", "stuck/direct");
        await UntilAsync(() => mount.Number("deferred") == 2);

        Assert.Equal(Errno.None, BytePath.TryRead(mount.At("files/131073"), out byte[] content));

        Assert.Equal(MemoryTree.Pattern(131_073), content);
        Assert.Equal(2, mount.Number("deferred"));
    }

    [Theory]
    [InlineData("stuck/open", Signal.Kill)]
    [InlineData("stuck/direct", Signal.Kill)]
    [InlineData("stuck/lookup", Signal.Terminate)]
    [InlineData("stuck/open", Signal.Interrupt)]
    public async Task A_caller_that_waits_can_be_killed(string name, Signal signal)
    {
        using MemoryMount mount = MemoryMount.Start();
        using ChildProcess caller = Caller(mount, "cat", name);
        await UntilAsync(() => mount.Number("deferred") == 1);

        caller.Send(signal);

        Assert.Equal(128 + (int)signal, await caller.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken));
        await UntilAsync(() => mount.Number("interrupted") == 1);
        Assert.Equal(0, mount.Number("deferred"));
    }

    [Fact]
    public async Task A_caller_with_a_harmless_signal_gets_its_answer()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { LateMilliseconds = 1500 });
        using ChildProcess caller = Script(mount, "trap : USR1; exec 3< late/open && echo opened");
        await UntilAsync(() => mount.Number("deferred") == 1);

        caller.Send(Signal.User1);

        Assert.Equal(0, await caller.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal("opened", caller.Output.Trim());
        Assert.Equal(0, mount.Number("interrupted"));
    }

    [Fact]
    public async Task A_caller_can_be_killed_after_a_harmless_signal()
    {
        using MemoryMount mount = MemoryMount.Start();
        using ChildProcess caller = Script(mount, "trap : USR1; exec 3< stuck/open && echo opened");
        await UntilAsync(() => mount.Number("deferred") == 1);
        caller.Send(Signal.User1);
        await UntilAsync(() => HasPending(caller.Id, Signal.User1));

        caller.Send(Signal.Kill);

        Assert.Equal(128 + (int)Signal.Kill, await caller.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_callers_wait_at_once_and_all_are_answered()
    {
        using MemoryMount mount = MemoryMount.Start(new MemoryFileSystemOptions { LateMilliseconds = 300, Workers = 2 });
        string direct = mount.At("late/direct");

        Task<byte[]>[] reads = [.. Enumerable.Range(0, 40).Select(_ => Task.Factory.StartNew(
            () => BytePath.TryRead(direct, out byte[] content) == Errno.None ? content : [],
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];

        foreach (byte[] content in await Task.WhenAll(reads))
        {
            Assert.Equal(MemoryTree.Pattern(300_000, 7), content);
        }
    }

    private static ChildProcess Caller(MemoryMount mount, string program, string name) =>
        ChildProcess.Start(new ProcessStartInfo(program, [mount.At(name)]));

    private static ChildProcess Script(MemoryMount mount, string script) =>
        ChildProcess.Start(new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = mount.Path });

    /// <summary>True where a signal waits for the process, which the kernel lets wait for its answer.</summary>
    private static bool HasPending(int process, Signal signal)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("ShdPnd:", StringComparison.Ordinal));
        ulong pending = ulong.Parse(line["ShdPnd:".Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (pending & (1UL << ((int)signal - 1))) != 0;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        long deadline = Environment.TickCount64 + (long)Soon.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "it did not happen in time");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
