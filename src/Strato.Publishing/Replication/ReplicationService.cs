using System.Diagnostics;
using Strato.Core;
using Strato.Publishing.Operations;

namespace Strato.Publishing.Replication;

/// <summary>
/// Snapshots the replicas of a home again and again, each at its own interval, several at a time, the one first that has waited longest. A replica that is added, or whose settings
/// change, is noticed by itself. Times between snapshots are measured by a clock that nobody sets.
/// </summary>
public sealed class ReplicationService
{
    /// <summary>How often the replicas are looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly OperationContext context;
    private readonly TimeSpan interval;
    private readonly int parallelism;
    private readonly Action<SnapshotResult> report;
    private readonly Dictionary<string, long> begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> running = new(StringComparer.Ordinal);

    /// <summary>Makes a service that does nothing yet.</summary>
    /// <param name="context">The home, the clock, and who takes warnings.</param>
    /// <param name="interval">How often a replica is snapshotted that does not say so itself.</param>
    /// <param name="parallelism">How many are snapshotted at a time.</param>
    /// <param name="report">Told what came of each snapshot. Called from any thread.</param>
    public ReplicationService(OperationContext context, TimeSpan interval, int parallelism, Action<SnapshotResult> report)
    {
        this.context = context;
        this.interval = interval;
        this.parallelism = parallelism;
        this.report = report;
    }

    /// <summary>Runs until it is cancelled, and waits for the snapshots that are under way then to stop.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(Look, context.Clock);
        try
        {
            do
            {
                TryStart(cancellation);
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Task.WhenAll(running.Values);
        }
    }

    private void TryStart(CancellationToken cancellation)
    {
        try
        {
            Start(cancellation);
        }
        catch (Exception error) when (error is StratoException or IOException or UnauthorizedAccessException)
        {
            // A home that cannot be listed now may be back at the next look.
            context.Warn(error.Message);
        }
    }

    private void Start(CancellationToken cancellation)
    {
        foreach (string ended in running.Where(snapshot => snapshot.Value.IsCompleted).Select(snapshot => snapshot.Key).ToList())
        {
            running.Remove(ended);
        }

        foreach (string name in SnapshotOrder.List(group: null, context).Where(name => !running.ContainsKey(name) && IsDue(name)))
        {
            if (running.Count >= parallelism)
            {
                return;
            }

            begun[name] = context.Clock.GetTimestamp();
            running[name] = Task.Factory.StartNew(() => Take(name, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private bool IsDue(string name) =>
        !begun.TryGetValue(name, out long before) || context.Clock.GetElapsedTime(before) >= IntervalOf(name);

    private TimeSpan IntervalOf(string name)
    {
        try
        {
            return Replicas.Load(context.Home, name).Interval ?? interval;
        }
        catch (StratoException)
        {
            // The snapshot tells what is wrong, no more often than others are taken.
            return interval;
        }
    }

    private void Take(string name, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            SnapshotOutcome outcome = Snapshot.Run(new SnapshotRequest { Repository = name }, context with { Cancellation = cancellation });
            report(new SnapshotResult(name, outcome, Failure: null, Stopwatch.GetElapsedTime(start)));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was fetched stays for the next one.
        }
        catch (Exception error)
        {
            // One replica's trouble, even a bug, is not the others'.
            string reason = error is StratoException ? error.Message : $"unexpected {error.GetType().Name}: {error.Message}";
            report(new SnapshotResult(name, Outcome: null, reason.ReplaceLineEndings(" "), Stopwatch.GetElapsedTime(start)));
        }
    }
}
