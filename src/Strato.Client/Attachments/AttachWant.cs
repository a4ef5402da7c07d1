using Strato.Client.Requests;

namespace Strato.Client.Attachments;

/// <summary>
/// A request's wait for an attachment. Requests for one name wait for one attempt; the caller who is killed leaves it to the others. How the
/// attempt ended is seen in the place when the request is run again.
/// </summary>
internal sealed class AttachWant(AttachmentDirectory directory, AttachmentPlace place) : Want
{
    public override Task FulfilAsync(CancellationToken cancellation) => directory.AttachAsync(place).WaitAsync(cancellation);
}
