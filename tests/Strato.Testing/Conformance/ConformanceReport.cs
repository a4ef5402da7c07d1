using System.Globalization;

namespace Strato.Testing.Conformance;

/// <summary>What a run of the kit found.</summary>
internal sealed class ConformanceReport
{
    private readonly List<ConformanceResult> results;

    private ConformanceReport(List<ConformanceResult> results) => this.results = results;

    /// <summary>How many checks there were.</summary>
    public int Count => results.Count;

    public IReadOnlyList<ConformanceResult> Failures => [.. results.Where(result => result.Outcome == ConformanceOutcome.Fail)];

    public IReadOnlyList<ConformanceResult> Skipped => [.. results.Where(result => result.Outcome == ConformanceOutcome.Skip)];

    /// <summary>Reads the kit's output. Throws <see cref="InvalidOperationException"/> for one that did not come to its end.</summary>
    public static ConformanceReport Parse(string output, string error)
    {
        List<ConformanceResult> found = [];
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split('\t');
            switch (fields)
            {
                case ["done", string count] when int.Parse(count, CultureInfo.InvariantCulture) == found.Count && found.Count > 0:
                    return new ConformanceReport(found);
                case [string outcome, string topic, string check, string why] when Enum.TryParse(outcome, ignoreCase: true, out ConformanceOutcome parsed):
                    found.Add(new ConformanceResult(parsed, $"{topic}/{check}", why));
                    break;
                case ["ready"]:
                    break;
                default:
                    throw new InvalidOperationException($"the kit says '{line}'");
            }
        }

        throw new InvalidOperationException($"the kit did not come to its end: {output}{error}");
    }
}
