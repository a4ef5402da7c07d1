namespace Strato.Publishing.Collecting;

/// <summary>What came of a garbage collection.</summary>
public sealed record CollectionOutcome
{
    /// <summary>The repository's name.</summary>
    public required string Repository { get; init; }

    /// <summary>When it ended, in seconds of Unix time.</summary>
    public required long Finished { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>True where nothing was changed.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>True where it went on with what an interrupted one had found out.</summary>
    public required bool IsResumed { get; init; }

    /// <summary>Root catalogs that were kept.</summary>
    public required int KeptRevisions { get; init; }

    /// <summary>Root catalogs that the reflog has no longer, or would not have.</summary>
    public required int DroppedRevisions { get; init; }

    /// <summary>Catalogs of what was kept.</summary>
    public required long KeptCatalogs { get; init; }

    /// <summary>Objects of what was kept, catalogs among them.</summary>
    public required long KeptObjects { get; init; }

    /// <summary>Objects that were looked at.</summary>
    public required long SeenObjects { get; init; }

    /// <summary>Objects that nothing needs but that are too young to go.</summary>
    public required long YoungObjects { get; init; }

    /// <summary>Objects that were deleted, or would be.</summary>
    public required long DeletedObjects { get; init; }

    /// <summary>Their stored bytes.</summary>
    public required long DeletedBytes { get; init; }
}
