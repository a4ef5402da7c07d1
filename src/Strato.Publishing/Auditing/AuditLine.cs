namespace Strato.Publishing.Auditing;

/// <summary>One line of an audit log: an operation that begins, or its end. The names are those of the JSON, in snake case.</summary>
internal sealed record AuditLine
{
    /// <summary><c>begin</c> or <c>end</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The same for the two lines of one operation, and for no others.</summary>
    public required string Id { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string Operation { get; init; }

    public required string Repository { get; init; }

    public AuditActor? Actor { get; init; }

    public AuditOutcome? Outcome { get; init; }

    public string? Error { get; init; }

    public double? Seconds { get; init; }

    public AuditRevision? Before { get; init; }

    public AuditRevision? After { get; init; }

    public string? Tag { get; init; }

    public IReadOnlyDictionary<string, long>? Counts { get; init; }
}
