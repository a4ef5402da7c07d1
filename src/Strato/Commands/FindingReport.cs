using Strato.Client.Diagnosis;

namespace Strato.Commands;

/// <summary>A finding of <c>strato doctor</c> as JSON.</summary>
/// <param name="Level">ok, warning or problem.</param>
/// <param name="Area">What it is about; for a repository, its name.</param>
/// <param name="What">What was found.</param>
/// <param name="Remedy">What to do; null where there is nothing to do.</param>
internal sealed record FindingReport(string Level, string Area, string What, string? Remedy)
{
    public static FindingReport Of(Finding finding) => new(finding.Level.ToString().ToLowerInvariant(), finding.Area, finding.What, finding.Remedy);
}
