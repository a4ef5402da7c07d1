namespace Strato.Client.Attachments;

/// <summary>How attachments come and go. Immutable.</summary>
public sealed record AttachmentOptions
{
    /// <summary>How long a name that could not be attached is not tried again (STRATO_ATTACH_RETRY_AFTER).</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an attachment stays that nobody uses (STRATO_DETACH_AFTER); null for ever.</summary>
    public TimeSpan? DetachAfter { get; init; } = TimeSpan.FromMinutes(10);
}
