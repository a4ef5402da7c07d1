using Strato.Client.Volumes;
using Strato.Kubernetes.Csi;

namespace Strato.Tests.Kubernetes.Csi;

public sealed class OperationsTests
{
    [Fact]
    public async Task A_second_call_is_turned_away_and_a_caller_that_gives_up_leaves_the_work_going_on()
    {
        Operations operations = new(TimeSpan.FromMinutes(1));
        TaskCompletionSource<int> work = new();
        using CancellationTokenSource impatient = new();

        Task<int> first = operations.RunAsync("target", "it", _ => work.Task, impatient.Token);
        VolumeFailure second = await Assert.ThrowsAsync<VolumeFailure>(() => operations.RunAsync("target", "it", _ => work.Task, CancellationToken.None));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        VolumeFailure third = await Assert.ThrowsAsync<VolumeFailure>(() => operations.RunAsync("target", "it", _ => work.Task, CancellationToken.None));
        work.SetResult(1);

        Assert.Equal(VolumeFailureKind.Aborted, second.Kind);
        Assert.Equal(VolumeFailureKind.Aborted, third.Kind);
        Assert.Equal(2, await operations.RunAsync("another", "it", _ => Task.FromResult(2), CancellationToken.None));
    }

    [Fact]
    public async Task Work_that_does_not_end_is_answered_at_the_limit()
    {
        Operations operations = new(TimeSpan.FromMilliseconds(1));

        VolumeFailure late = await Assert.ThrowsAsync<VolumeFailure>(
            () => operations.RunAsync("target", "it", async limit => { await Task.Delay(Timeout.Infinite, limit); return 1; }, CancellationToken.None));

        Assert.Equal(VolumeFailureKind.DeadlineExceeded, late.Kind);
    }
}
