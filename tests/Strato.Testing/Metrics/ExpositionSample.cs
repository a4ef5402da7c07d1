namespace Strato.Testing.Metrics;

/// <summary>A line with a value of Prometheus's text format.</summary>
/// <param name="Name">The name, with what a histogram appends.</param>
/// <param name="Labels">The labels, unescaped.</param>
/// <param name="Value">The value.</param>
public sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>Whether it has a label of that value.</summary>
    public bool Has(string label, string value) => Labels.TryGetValue(label, out string? found) && found == value;
}
