using System.Collections.Concurrent;
using Strato.Client.Nodes;
using Strato.Core;
using Strato.Core.Paths;
using Strato.Fuse;
using Strato.Fuse.Protocol;
using Strato.Posix;

namespace Strato.Client.Requests;

/// <summary>
/// Requests that wait for objects. The fetch runs on the thread pool; when it is done the request goes into a queue, from
/// which threads of its own take it, run it again and answer it. So a slow server delays only those who need what it has.
/// </summary>
internal sealed class PendingRequests : IDisposable
{
    /// <summary>
    /// A request wants each of its objects once: a path's catalogs and then content, or the chunks under one read. What goes on longer
    /// meets a cache that drops objects as fast as they come.
    /// </summary>
    private const int MaxRuns = 1024;

    private readonly RequestHandlers handlers;
    private readonly NodeTable nodes;
    private readonly Action<string, Exception> report;
    private readonly ConcurrentDictionary<ulong, PendingRequest> waiting = new();
    private readonly BlockingCollection<PendingRequest> fetched = [];
    private readonly Thread[] threads;

    /// <summary>Starts the threads that run what has been fetched.</summary>
    /// <param name="handlers">What answers.</param>
    /// <param name="nodes">The node table.</param>
    /// <param name="maxData">Bytes of the longest reply.</param>
    /// <param name="threadCount">Threads. What they run does not wait, so a few are enough.</param>
    /// <param name="report">Told of each request that fails: what it was, and why it failed.</param>
    public PendingRequests(RequestHandlers handlers, NodeTable nodes, int maxData, int threadCount, Action<string, Exception> report)
    {
        this.handlers = handlers;
        this.nodes = nodes;
        this.report = report;
        threads = [.. Enumerable.Range(0, threadCount).Select(number => new Thread(() => Work(maxData)) { IsBackground = true, Name = $"replay {number}" })];
        Array.ForEach(threads, thread => thread.Start());
    }

    /// <summary>Requests that wait now.</summary>
    public int Count => waiting.Count;

    /// <summary>Takes a request off its worker until what it wants has been fetched.</summary>
    public FuseStatus Defer(in FuseRequest request, ReadOnlySpan<byte> name, in FuseReadIn arguments, Want want)
    {
        PendingRequest pending = new(in request, name, in arguments, want);
        waiting[pending.Unique] = pending;

        // From here on the caller can be killed, and the interrupt finds the request.
        pending.Completion = request.Defer();
        StartFetch(pending);
        return FuseStatus.Deferred;
    }

    /// <summary>The caller is being killed: its wait ends, and with it what is fetched for nobody else.</summary>
    public void Interrupt(ulong unique)
    {
        if (waiting.TryGetValue(unique, out PendingRequest? pending))
        {
            Cancel(pending);
        }
    }

    /// <summary>Ends all waits; the requests fail with EIO. Returns once every thread has ended.</summary>
    public void Dispose()
    {
        foreach (PendingRequest pending in waiting.Values)
        {
            Cancel(pending);
        }

        fetched.CompleteAdding();
        Array.ForEach(threads, thread => thread.Join());
        fetched.Dispose();
    }

    private static void Cancel(PendingRequest pending)
    {
        try
        {
            pending.Cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was answered just now.
        }
    }

    private void StartFetch(PendingRequest pending) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.This.FetchAsync(state.Pending), (This: this, Pending: pending), preferLocal: false);

    private async Task FetchAsync(PendingRequest pending)
    {
        try
        {
            await pending.Want.FulfilAsync(pending.Cancellation.Token);
            fetched.Add(pending);
        }
        catch (OperationCanceledException)
        {
            Fail(pending, Errno.EINTR, null);
        }
        catch (InvalidOperationException) when (fetched.IsAddingCompleted)
        {
            Fail(pending, Errno.EIO, null);
        }
        catch (Exception error)
        {
            Fail(pending, Errno.EIO, error);
        }
    }

    private void Work(int maxData)
    {
        RequestReplay replay = new(handlers, nodes, maxData);
        foreach (PendingRequest pending in fetched.GetConsumingEnumerable())
        {
            try
            {
                Outcome outcome = replay.Run(pending);
                if (outcome.Want is null)
                {
                    Remove(pending);
                }
                else if (pending.Runs == MaxRuns)
                {
                    outcome.Want.Dispose();
                    Fail(pending, Errno.EIO, new StratoException("its objects leave the cache before they can be read: enlarge the cache"));
                }
                else
                {
                    pending.WaitFor(outcome.Want);
                    StartFetch(pending);
                }
            }
            catch (Exception error)
            {
                Fail(pending, Errno.EIO, error);
            }
        }
    }

    private void Fail(PendingRequest pending, Errno errno, Exception? error)
    {
        if (error is not null)
        {
            report(Describe(pending), error);
        }

        pending.Completion.Fail(errno);
        Remove(pending);
    }

    private void Remove(PendingRequest pending)
    {
        waiting.TryRemove(pending.Unique, out _);
        pending.Dispose();
    }

    private string Describe(PendingRequest pending)
    {
        Span<byte> buffer = stackalloc byte[NodeTable.MaxPathLength];
        string place = nodes.TryGetPath(pending.NodeId, buffer, out ReadOnlySpan<byte> path) ? BytesText.Escape(path) : "?";
        bool isLookup = pending.Completion.Opcode == FuseOpcode.Lookup;
        string name = isLookup ? "/" + BytesText.Escape(pending.Name) : "";
        return $"{pending.Completion.Opcode} of {(place.Length + name.Length == 0 ? "/" : place + name)}";
    }
}
