namespace Strato.Publishing.Transactions;

/// <summary>A transaction that is to be published.</summary>
public sealed record TransactionPublishRequest
{
    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>A name for the new revision; null for an automatic one where the settings ask for it.</summary>
    public string? Tag { get; init; }

    /// <summary>What the tag says about it.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>
    /// Publishes although somebody still uses the view, or the repository has changed since the transaction began: what is written meanwhile may be lost,
    /// and the changes are laid over what is there now.
    /// </summary>
    public bool Force { get; init; }
}
