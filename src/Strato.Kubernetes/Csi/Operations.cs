using System.Collections.Concurrent;
using Strato.Client.Volumes;

namespace Strato.Kubernetes.Csi;

/// <summary>
/// One operation at a time for each key, each on a thread of its own choosing and answered within a limit, however long it hangs in the kernel. A caller that gives up does not end the work: it is idempotent,
/// and the next call finds it done or going on.
/// </summary>
internal sealed class Operations(TimeSpan limit)
{
    private readonly ConcurrentDictionary<string, bool> running = new(StringComparer.Ordinal);

    /// <summary>Runs work.</summary>
    /// <param name="key">What is worked on.</param>
    /// <param name="what">The same for a person.</param>
    /// <param name="work">The work; its token ends it at the limit.</param>
    /// <param name="cancellation">The caller gives up.</param>
    /// <exception cref="VolumeFailure">ABORTED where an operation with this key runs, DEADLINE_EXCEEDED at the limit.</exception>
    public async Task<T> RunAsync<T>(string key, string what, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        if (!running.TryAdd(key, true))
        {
            throw new VolumeFailure(VolumeFailureKind.Aborted, $"{what} is being worked on by another call: it is tried again by itself");
        }

        Task<T> task = Task.Run(() => WorkAsync(key, work), CancellationToken.None);
        try
        {
            return await task.WaitAsync(limit + TimeSpan.FromSeconds(1), cancellation);
        }
        catch (Exception error) when (error is TimeoutException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new VolumeFailure(
                VolumeFailureKind.DeadlineExceeded, $"{what} takes longer than {limit.TotalSeconds:F0} s: see on the node whether the client answers (strato talk DIR status)", error);
        }
    }

    private async Task<T> WorkAsync<T>(string key, Func<CancellationToken, Task<T>> work)
    {
        using CancellationTokenSource timeout = new(limit);
        try
        {
            return await work(timeout.Token);
        }
        finally
        {
            running.TryRemove(key, out _);
        }
    }
}
