namespace Strato.Publishing.Auditing;

/// <summary>One operation of an audit log.</summary>
public sealed record AuditEntry
{
    /// <summary>Unique.</summary>
    public required string Id { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>What was done: a command's name.</summary>
    public required string Operation { get; init; }

    public required string Repository { get; init; }

    /// <summary>Who did it; null where only its end is there, its beginning having gone with an old file.</summary>
    public AuditActor? Actor { get; init; }

    /// <summary>How it ended; null where its end is missing: see <see cref="IsRunning"/>.</summary>
    public AuditOutcome? Outcome { get; init; }

    /// <summary>True where it has no end yet because its process is at it; without an end and without a process it was killed.</summary>
    public bool IsRunning { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took.</summary>
    public double? Seconds { get; init; }

    /// <summary>The revision that readers saw before; null where it did not come to read it.</summary>
    public AuditRevision? Before { get; init; }

    /// <summary>The one that they saw afterwards.</summary>
    public AuditRevision? After { get; init; }

    /// <summary>The tag that was given, taken or gone back to.</summary>
    public string? Tag { get; init; }

    /// <summary>What was counted, by name.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();
}
