namespace Strato.Testing.Conformance;

/// <summary>What one check found.</summary>
/// <param name="Outcome">Pass, fail or skip.</param>
/// <param name="Check">Topic and name, <c>listing/the dots</c>.</param>
/// <param name="Why">Where the expectation stands that failed, and what was found; or why the check was skipped.</param>
internal sealed record ConformanceResult(ConformanceOutcome Outcome, string Check, string Why)
{
    public override string ToString() => $"{Check}: {Why}";
}
