namespace Strato.Publishing.Auditing;

/// <summary>One value of a metric about a repository of the home.</summary>
/// <param name="Kind">What is measured.</param>
/// <param name="Labels">Names and values besides the repository's.</param>
/// <param name="Value">The value, in the kind's unit.</param>
public readonly record struct RepositoryMetric(RepositoryMetricKind Kind, IReadOnlyList<(string Name, string Value)> Labels, double Value);
