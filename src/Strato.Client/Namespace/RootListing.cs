using Strato.Client.Revisions;

namespace Strato.Client.Namespace;

/// <summary>
/// Has the kernel ask for the root's listing again when it has changed, and soon after one with placeholders: with a listing that it keeps it would
/// look up each name, which attaches.
/// </summary>
internal sealed class RootListing : IDisposable
{
    private static readonly TimeSpan PlaceholderLife = TimeSpan.FromSeconds(1);

    private readonly KernelNotice kernel;
    private readonly ITimer timer;
    private int isPlanned;

    public RootListing(KernelNotice kernel, TimeProvider clock)
    {
        this.kernel = kernel;
        timer = clock.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A listing went out that shows some names by placeholders. May be called by threads that serve requests.</summary>
    public void MadeWithPlaceholders()
    {
        if (Interlocked.Exchange(ref isPlanned, 1) == 0)
        {
            timer.Change(PlaceholderLife, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    private void Expire()
    {
        Volatile.Write(ref isPlanned, 0);
        kernel.RootListingChanged();
    }
}
