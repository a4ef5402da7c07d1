using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Testing.Fuse;

namespace Strato.Tests.Fuse;

/// <summary>A request that never leaves its worker is seen, while others are served.</summary>
public sealed class StuckWorkerTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [Fact]
    public void A_worker_that_does_not_come_to_an_end_is_stuck_until_it_does()
    {
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim release = new();
        MemoryFileSystem fileSystem = new(MemoryTree.Create(), new LateAnswers(TimeSpan.Zero));
        FuseConnectionOptions options = new()
        {
            Workers = 2,
            OnFault = _ =>
            {
                entered.Set();
                release.Wait();
            },
        };
        using FakeKernel kernel = new(fileSystem, options);
        kernel.Start();

        // The worker that answered INIT may be on its way out of it still.
        SpinWait.SpinUntil(() => !kernel.Connection.IsStuck(TimeSpan.Zero));

        // A message that is no request is told to whoever wants to hear of faults, on the worker that read it.
        kernel.SendRaw([1, 2, 3]);
        entered.Wait(TestContext.Current.CancellationToken);

        Assert.True(kernel.Connection.IsStuck(TimeSpan.Zero));
        Assert.False(kernel.Connection.IsStuck(Never));
        Assert.Equal(0, kernel.Ask(FuseOpcode.StatFs, 1).Code);
        release.Set();
        SpinWait.SpinUntil(() => !kernel.Connection.IsStuck(TimeSpan.Zero));
    }
}
