namespace Strato.Fuzz;

/// <summary>What fuzzing one target gave.</summary>
internal sealed record FuzzResult
{
    public required string Target { get; init; }

    /// <summary>The inputs that were run.</summary>
    public long Runs { get; set; }

    /// <summary>Those that were accepted.</summary>
    public long Accepted { get; set; }

    /// <summary>The longest that one took, in milliseconds.</summary>
    public double SlowestMilliseconds { get; set; }

    public List<FuzzFinding> Findings { get; } = [];
}
