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
    private readonly RevisionPin pin;
    private readonly TimeSpan? maxTtl;
    private readonly KernelNotice kernel;
    private readonly Action save;
    private readonly ClientLog log;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim turn = new(1);
    private readonly CancellationTokenSource stopping = new();
    private Task watching = Task.CompletedTask;
    private Task settling = Task.CompletedTask;
    private string? toldProblem;

    /// <summary>A watcher that has not begun.</summary>
    /// <param name="attachment">What it switches.</param>
    /// <param name="roots">Where signed roots come from.</param>
    /// <param name="loader">Opens revisions.</param>
    /// <param name="pin">What it follows: the newest revision, or a branch.</param>
    /// <param name="maxTtl">The longest time between two looks; null for the manifest's.</param>
    /// <param name="surroundings">Who is told of switches and failures, and the clock.</param>
    public RevisionWatcher(
        Attachment attachment, RepositorySource roots, RevisionLoader loader, RevisionPin pin, TimeSpan? maxTtl, SessionSurroundings surroundings)
    {
        this.attachment = attachment;
        this.roots = roots;
        this.loader = loader;
        this.pin = pin;
        this.maxTtl = maxTtl;
        kernel = surroundings.Kernel;
        save = surroundings.Save;
        log = surroundings.Log;
        clock = surroundings.Clock;
    }

    /// <summary>Begins to look by itself. Call it once.</summary>
    /// <param name="firstTtl">The time to live that the first manifest gave.</param>
    public void Start(TimeSpan firstTtl) => watching = WatchAsync(Delay(firstTtl));

    /// <summary>
    /// Looks now. Answers the revision that is shown afterwards. Throws <see cref="StratoException"/> where the servers have nothing that can be
    /// trusted; the shown revision then stays.
    /// </summary>
    /// <param name="acceptsOlder">Whether a revision is taken that is older than one already seen; what is seen then counts from there.</param>
    /// <param name="cancellation">The caller gives up.</param>
    public async Task<Revision> RefreshAsync(bool acceptsOlder, CancellationToken cancellation)
    {
        (Revision shown, _) = await LookAsync(acceptsOlder, cancellation);
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
            (_, Manifest manifest) = await LookAsync(acceptsOlder: false, stopping.Token);
            if (toldProblem is not null)
            {
                toldProblem = null;
                log.LooksAgain(attachment.Facts.Configuration.Name);
            }

            return Delay(manifest.Ttl);
        }
        catch (StratoException error)
        {
            // Trouble that lasts, such as a whitelist that nobody renews, is told once and not every few minutes.
            if (error.Message != toldProblem)
            {
                toldProblem = error.Message;
                log.StaysAtRevision(attachment.Facts.Configuration.Name, attachment.Current.Number, error.Message);
            }

            return RetryDelay;
        }
    }

    private async Task<(Revision Shown, Manifest Manifest)> LookAsync(bool acceptsOlder, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            RepositoryRoot root = await roots.FetchAsync(acceptsOlder, cancellation);
            if (root.Problem is not null)
            {
                throw new StratoException(root.Problem);
            }

            Manifest manifest = root.Trusted.Manifest;
            attachment.Trust(root.Trusted.Whitelist);
            if (await loader.FindRootAsync(manifest, pin, cancellation) != attachment.Current.RootHash)
            {
                Revision next = await loader.LoadAsync(manifest, pin, cancellation);
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
        // Written down before anybody sees it: a successor must not go back behind what was read already.
        attachment.Announce(next);
        save();
        Revision replaced = attachment.Switch(next);
        kernel.RevisionChanged(attachment.Number);
        settling = Task.WhenAll(settling, SettleAsync(replaced, next));
        log.ShowsRevision(attachment.Facts.Configuration.Name, next.Number, replaced.Number);
    }

    /// <summary>
    /// Expires what requests that began before the switch told the kernel after it, and lets the catalogs go that they still read. Where another switch has come
    /// meanwhile, its own settling does the first.
    /// </summary>
    private async Task SettleAsync(Revision replaced, Revision shown)
    {
        try
        {
            await Task.Delay(SettlingTime, clock, stopping.Token);
            if (attachment.Current == shown)
            {
                kernel.RevisionChanged(attachment.Number);
                attachment.IsNoticeDue = false;
                save();
            }
        }
        catch (OperationCanceledException)
        {
            // The mount goes.
        }
        finally
        {
            replaced.Catalogs.Retire();
        }
    }

    private TimeSpan Delay(TimeSpan ttl)
    {
        TimeSpan delay = maxTtl is { } most && most < ttl ? most : ttl;
        return delay < ShortestDelay ? ShortestDelay : delay;
    }
}
