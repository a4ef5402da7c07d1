using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Core;
using Strato.Core.Manifests;
using Strato.Storage.Fetching;

namespace Strato.Client.Revisions;

/// <summary>
/// Looks for newer revisions of an attachment, when the time to live of the shown one is over and when asked, and switches to
/// them. One look runs at a time.
/// </summary>
internal sealed class RevisionWatcher : IAsyncDisposable
{
    /// <summary>How long after a look that failed the next one is.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);

    /// <summary>After this time no answer from a replaced revision is on its way to the kernel any more.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(2);

    private readonly Attachment attachment;
    private readonly RepositorySource roots;
    private readonly RevisionLoader loader;
    private readonly TimeSpan? maxTtl;
    private readonly ClientLog log;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim turn = new(1);
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;
    private Task settling = Task.CompletedTask;
    private Revision? previous;
    private KernelNotice? notice;

    /// <summary>A watcher that has not begun.</summary>
    /// <param name="attachment">What it switches.</param>
    /// <param name="roots">Where signed roots come from.</param>
    /// <param name="loader">Opens revisions.</param>
    /// <param name="maxTtl">The longest time between two looks; null for the manifest's.</param>
    /// <param name="log">Told of switches and failures.</param>
    /// <param name="clock">The clock.</param>
    public RevisionWatcher(
        Attachment attachment, RepositorySource roots, RevisionLoader loader, TimeSpan? maxTtl, ClientLog log, TimeProvider clock)
    {
        this.attachment = attachment;
        this.roots = roots;
        this.loader = loader;
        this.maxTtl = maxTtl;
        this.log = log;
        this.clock = clock;
    }

    /// <summary>Begins to look by itself. Call it once, when the kernel can be told.</summary>
    /// <param name="kernel">Tells the kernel of switches.</param>
    /// <param name="firstTtl">The time to live that the first manifest gave.</param>
    public void Start(KernelNotice kernel, TimeSpan firstTtl)
    {
        notice = kernel;
        watching = WatchAsync(Delay(firstTtl));
    }

    /// <summary>
    /// Looks now. Answers the revision that is shown afterwards. Throws <see cref="StratoException"/> where the servers have nothing that can be
    /// trusted; the shown revision then stays.
    /// </summary>
    public async Task<Revision> RefreshAsync(CancellationToken cancellation)
    {
        (Revision shown, _) = await LookAsync(cancellation);
        return shown;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        await settling;
        stopping.Dispose();
        turn.Dispose();
    }

    private async Task WatchAsync(TimeSpan delay)
    {
        try
        {
            while (true)
            {
                attachment.ExpiresAt = clock.GetUtcNow() + delay;
                await Task.Delay(delay, clock, stopping.Token);
                delay = await LookQuietlyAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The mount goes.
        }
    }

    private async Task<TimeSpan> LookQuietlyAsync()
    {
        try
        {
            (_, Manifest manifest) = await LookAsync(stopping.Token);
            return Delay(manifest.Ttl);
        }
        catch (StratoException error)
        {
            log.Write($"{attachment.Facts.Configuration.Name} stays at revision {attachment.Current.Number}: {error.Message}");
            return RetryDelay;
        }
    }

    private async Task<(Revision Shown, Manifest Manifest)> LookAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            RepositoryRoot root = await roots.FetchAsync(cancellation);
            if (root.Problem is not null)
            {
                throw new StratoException(root.Problem);
            }

            Manifest manifest = root.Trusted.Manifest;
            Revision shown = attachment.Current;
            if (manifest.RootCatalog != shown.RootHash)
            {
                Revision next = await loader.LoadAsync(manifest, RevisionPin.None, cancellation);
                await settling;
                Switch(next);
            }

            return (attachment.Current, manifest);
        }
        finally
        {
            turn.Release();
        }
    }

    private void Switch(Revision next)
    {
        Revision replaced = attachment.Switch(next);
        if (notice is not null)
        {
            notice.Send(attachment.Number);
            settling = SettleAsync(notice);
        }

        // Requests that began before the switch still read the replaced one; nothing is left from the one before that.
        previous?.Catalogs.Retire();
        previous = replaced;
        log.Write($"{attachment.Facts.Configuration.Name} shows revision {next.Number} now, after {replaced.Number}");
    }

    /// <summary>Expires what requests that began before the switch told the kernel after it.</summary>
    private async Task SettleAsync(KernelNotice kernel)
    {
        try
        {
            await Task.Delay(SettlingTime, clock, stopping.Token);
            kernel.Send(attachment.Number);
        }
        catch (OperationCanceledException)
        {
            // The mount goes.
        }
    }

    private TimeSpan Delay(TimeSpan ttl)
    {
        TimeSpan delay = maxTtl is { } most && most < ttl ? most : ttl;
        return delay < ShortestDelay ? ShortestDelay : delay;
    }
}
