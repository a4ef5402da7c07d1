using Strato.Client.Requests;

namespace Strato.Client.Attachments;

/// <summary>
/// A request's wait for an attachment. Requests for one name wait for one attempt; the caller who is killed leaves it to the others. How the
/// attempt ended is seen in the place when the request is run again.
/// </summary>
/// <param name="directory">Makes the attempt.</param>
/// <param name="place">What is to be attached.</param>
/// <param name="patience">How long the request waits for it; null for as long as it takes.</param>
internal sealed class AttachWant(AttachmentDirectory directory, AttachmentPlace place, TimeSpan? patience = null) : Want
{
    public override async Task FulfilAsync(CancellationToken cancellation)
    {
        Task attempt = directory.AttachAsync(place);
        if (patience is not { } time)
        {
            await attempt.WaitAsync(cancellation);
            return;
        }

        await attempt.WaitAsync(time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }
}
