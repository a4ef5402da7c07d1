namespace Strato.Publishing.Auditing;

/// <summary>What the operations of one name have come to.</summary>
internal sealed record OperationTotal
{
    /// <summary>How many ended how.</summary>
    public Dictionary<AuditOutcome, long> Outcomes { get; init; } = [];

    /// <summary>How long all of them took.</summary>
    public double Seconds { get; init; }

    /// <summary>How long the last took.</summary>
    public double LastSeconds { get; init; }

    /// <summary>When the last one ended well, in seconds since 1970; null before the first.</summary>
    public double? LastDone { get; init; }

    /// <summary>The sum of everything that was counted, by its name.</summary>
    public Dictionary<string, long> Counts { get; init; } = [];

    /// <summary>With one more.</summary>
    public OperationTotal With(AuditLine end)
    {
        AuditOutcome outcome = end.Outcome ?? AuditOutcome.Failed;
        Dictionary<string, long> counts = new(Counts, StringComparer.Ordinal);
        foreach ((string name, long value) in end.Counts ?? new Dictionary<string, long>())
        {
            counts[name] = counts.GetValueOrDefault(name) + value;
        }

        return this with
        {
            Outcomes = new Dictionary<AuditOutcome, long>(Outcomes) { [outcome] = Outcomes.GetValueOrDefault(outcome) + 1 },
            Seconds = Seconds + (end.Seconds ?? 0),
            LastSeconds = end.Seconds ?? 0,
            LastDone = outcome is AuditOutcome.Done or AuditOutcome.Unchanged ? end.Time.ToUnixTimeMilliseconds() / 1000.0 : LastDone,
            Counts = counts,
        };
    }
}
