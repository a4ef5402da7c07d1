namespace Strato.Hosting.Metrics;

/// <summary>The types of the text format that are used here; their names in lower case are those of the format.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
