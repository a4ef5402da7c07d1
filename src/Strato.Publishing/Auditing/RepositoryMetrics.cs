using System.Globalization;
using System.Text;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Auditing;

/// <summary>What Prometheus is told about the repositories of a home and the operations on them. See docs/metrics.md.</summary>
public static class RepositoryMetrics
{
    private static readonly RepositoryMetricKind Operations = new("strato.operations", "{operation}", true, "Operations on a repository that ended, by their outcome.");
    private static readonly RepositoryMetricKind Durations = new("strato.operation.duration", "s", true, "How long the operations took in all.");
    private static readonly RepositoryMetricKind LastDuration = new("strato.operation.last.duration", "s", false, "How long the last operation took.");
    private static readonly RepositoryMetricKind LastSuccess = new("strato.operation.last.success.timestamp", "s", false, "When an operation last ended well.");
    private static readonly RepositoryMetricKind Items = new("strato.operation.items", "{item}", true, "What the operations read, stored or removed.");
    private static readonly RepositoryMetricKind Bytes = new("strato.operation", "By", true, "Bytes that the operations read, stored or removed.");
    private static readonly RepositoryMetricKind Revision = new("strato.repository.revision", "{revision}", false, "The revision that readers see.");
    private static readonly RepositoryMetricKind Published = new("strato.repository.published.timestamp", "s", false, "When its manifest was signed.");
    private static readonly RepositoryMetricKind Whitelist = new("strato.repository.whitelist.expiry.timestamp", "s", false, "When the whitelist stops to be valid.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RepositoryMetricKind> Kinds { get; } = [Operations, Durations, LastDuration, LastSuccess, Items, Bytes, Revision, Published, Whitelist];

    /// <summary>What the operations so far have come to. Takes no lock.</summary>
    public static IReadOnlyList<RepositoryMetric> Read(RepositoryPlaces places) => [.. Of(OperationTotals.Read(places))];

    internal static byte[] ToText(string repository, OperationTotals totals)
    {
        StringBuilder text = new();
        foreach (IGrouping<RepositoryMetricKind, RepositoryMetric> family in Of(totals).GroupBy(metric => metric.Kind).OrderBy(family => family.Key.TextName, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Key.TextName} {family.Key.Description}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Key.TextName} {(family.Key.IsCounter ? "counter" : "gauge")}\n");
            foreach (RepositoryMetric metric in family)
            {
                // Neither names of repositories nor those of operations, outcomes and counts have anything to escape.
                string labels = string.Concat(metric.Labels.Select(label => $",{label.Name}=\"{label.Value}\""));
                text.Append(CultureInfo.InvariantCulture, $"{family.Key.TextName}{{repository=\"{repository}\"{labels}}} {metric.Value:R}\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static IEnumerable<RepositoryMetric> Of(OperationTotals totals)
    {
        foreach ((string name, OperationTotal total) in totals.Operations.OrderBy(operation => operation.Key, StringComparer.Ordinal))
        {
            (string, string) operation = ("operation", name);
            foreach ((AuditOutcome outcome, long count) in total.Outcomes.OrderBy(outcome => outcome.Key))
            {
                yield return new RepositoryMetric(Operations, [operation, ("outcome", outcome.ToString().ToLowerInvariant())], count);
            }

            yield return new RepositoryMetric(Durations, [operation], total.Seconds);
            yield return new RepositoryMetric(LastDuration, [operation], total.LastSeconds);
            if (total.LastDone is { } done)
            {
                yield return new RepositoryMetric(LastSuccess, [operation], done);
            }

            foreach ((string counted, long value) in total.Counts.OrderBy(count => count.Key, StringComparer.Ordinal))
            {
                bool isBytes = counted.Contains("bytes", StringComparison.Ordinal);
                string what = counted.Replace("bytes", string.Empty, StringComparison.Ordinal).Trim('_');
                yield return isBytes
                    ? new RepositoryMetric(Bytes, [operation, ("what", what)], value)
                    : new RepositoryMetric(Items, [operation, ("what", counted)], value);
            }
        }

        if (totals.Revision is { } revision)
        {
            yield return new RepositoryMetric(Revision, [], revision);
        }

        if (totals.Published is { } published)
        {
            yield return new RepositoryMetric(Published, [], published);
        }

        if (totals.WhitelistExpires is { } expires)
        {
            yield return new RepositoryMetric(Whitelist, [], expires);
        }
    }
}
