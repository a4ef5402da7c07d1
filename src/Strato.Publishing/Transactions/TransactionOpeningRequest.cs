namespace Strato.Publishing.Transactions;

/// <summary>A transaction that is to be opened.</summary>
public sealed record TransactionOpeningRequest
{
    /// <summary>The repository's fully qualified name.</summary>
    public required string Repository { get; init; }

    /// <summary>The absolute path in the repository below which things may be changed.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The directory that is to be the view; null for one below the home. It is made where it is missing. Only an overlay can be put there.</summary>
    public string? View { get; init; }

    /// <summary>Wants a scratch directory also where an overlay can be had.</summary>
    public bool WantsScratch { get; init; }

    /// <summary>The absolute path in the repository that is copied before anything else, and where to; null for none.</summary>
    public (string From, string To)? Template { get; init; }

    /// <summary>How long to wait for another transaction or operation to end.</summary>
    public TimeSpan Wait { get; init; }
}
