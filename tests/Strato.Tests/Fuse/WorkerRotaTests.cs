using Strato.Fuse;

namespace Strato.Tests.Fuse;

/// <summary>Which workers wait for requests; each worker is a thread of its own.</summary>
public sealed class WorkerRotaTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Thread> threads = [];
    private readonly WorkerRota rota;
    private long requests;

    public WorkerRotaTests() => rota = new WorkerRota(() => Interlocked.Read(ref requests), processors: 2);

    public void Dispose()
    {
        rota.Dismiss();
        Assert.All(threads, thread => Assert.True(thread.Join(Patience)));
    }

    [Fact]
    public void One_waits_and_the_others_rest()
    {
        rota.BeginWaiting();
        using ManualResetEventSlim came = StartWorker();

        WaitUntil(() => rota.Parked == 1);
        Read(maySleep: false);
        rota.BeginWaiting();
        Assert.False(came.IsSet);
    }

    [Fact]
    public void A_request_that_may_sleep_calls_another()
    {
        rota.BeginWaiting();
        using ManualResetEventSlim came = StartWorker();
        WaitUntil(() => rota.Parked == 1);

        Read(maySleep: true);

        Assert.True(came.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Requests_that_queue_up_call_another()
    {
        rota.BeginWaiting();
        using ManualResetEventSlim came = StartWorker();
        WaitUntil(() => rota.Parked == 1);

        // That requests come fast is learned from them, and a slow machine takes some to show it.
        for (int request = 0; request < 100_000 && rota.Parked == 1; request++)
        {
            rota.EndWaiting(rota.LookOut(static () => true), maySleep: false);
            if (rota.Parked == 1)
            {
                rota.BeginWaiting();
            }
        }

        Assert.True(came.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_sentinel_calls_another_where_a_quick_request_is_not()
    {
        Watch();
        rota.BeginWaiting();
        using ManualResetEventSlim came = StartWorker();
        WaitUntil(() => rota.Parked == 1);

        Read(maySleep: false);

        Assert.True(came.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_sentinel_wakes_up_with_the_next_request()
    {
        Watch();
        rota.BeginWaiting();
        using ManualResetEventSlim came = StartWorker();
        WaitUntil(() => rota.Parked == 1);

        // Long enough for it to have gone to sleep; if it has not yet, this shows less and fails no more.
        Thread.Sleep(100);
        Read(maySleep: false);

        Assert.True(came.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void At_the_end_nobody_rests()
    {
        rota.BeginWaiting();
        ManualResetEventSlim[] came = [StartWorker(), StartWorker(), StartWorker()];
        WaitUntil(() => rota.Parked == 3);

        rota.Dismiss();

        Assert.All(came, one => Assert.True(one.Wait(Patience, TestContext.Current.CancellationToken)));
        Array.ForEach(came, one => one.Dispose());
    }

    [Fact]
    public void With_one_processor_nobody_looks_out()
    {
        WorkerRota alone = new(() => 0, processors: 1);
        for (int request = 0; request < 3; request++)
        {
            alone.BeginWaiting();
            alone.EndWaiting(alone.LookOut(static () => throw new InvalidOperationException("looked")), maySleep: false);
        }
    }

    private static void WaitUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience));

    private void Read(bool maySleep)
    {
        Interlocked.Increment(ref requests);
        rota.EndWaiting(begun: 0, maySleep);
    }

    private void Watch() => Start(rota.Watch);

    private ManualResetEventSlim StartWorker()
    {
        ManualResetEventSlim came = new();
        Start(() =>
        {
            rota.BeginWaiting();
            came.Set();
        });
        return came;
    }

    private void Start(Action work)
    {
        Thread thread = new(() => work()) { IsBackground = true };
        threads.Add(thread);
        thread.Start();
    }
}
