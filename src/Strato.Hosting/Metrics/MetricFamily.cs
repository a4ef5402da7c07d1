using System.Globalization;

namespace Strato.Hosting.Metrics;

/// <summary>The values of one name. Not safe on several threads.</summary>
internal sealed class MetricFamily
{
    private readonly SortedDictionary<string, MetricSeries> byLabels = new(StringComparer.Ordinal);
    private readonly string name;
    private readonly string help;
    private readonly MetricKind kind;
    private readonly IReadOnlyList<double> bounds;

    /// <summary>A family without values.</summary>
    /// <param name="name">The name, with its unit.</param>
    /// <param name="help">What it is, for people.</param>
    /// <param name="kind">Its type.</param>
    /// <param name="bounds">The buckets' upper bounds, ascending; empty unless it is a histogram.</param>
    public MetricFamily(string name, string help, MetricKind kind, IReadOnlyList<double> bounds)
    {
        this.name = name;
        this.help = help;
        this.kind = kind;
        this.bounds = bounds;
    }

    public string Name => name;

    /// <summary>Forgets all values: observed ones are told anew each time.</summary>
    public void Clear() => byLabels.Clear();

    /// <summary>Takes a measurement: a counter and an up-down counter add it up, a histogram counts it, others show it.</summary>
    public void Record(ReadOnlySpan<KeyValuePair<string, object?>> tags, double value, bool adds)
    {
        MetricSeries series = Of(MetricLabels.Of(tags));
        if (kind == MetricKind.Histogram)
        {
            int bucket = 0;
            while (bucket < bounds.Count && value > bounds[bucket])
            {
                bucket++;
            }

            series.Buckets[bucket]++;
        }

        series.Value = adds || kind == MetricKind.Histogram ? series.Value + value : value;
    }

    /// <summary>Takes a whole histogram.</summary>
    public void Record(ReadOnlySpan<KeyValuePair<string, object?>> tags, HistogramReading reading)
    {
        MetricSeries series = Of(MetricLabels.Of(tags));
        for (int bucket = 0; bucket < series.Buckets.Length; bucket++)
        {
            series.Buckets[bucket] = reading.Buckets[bucket];
        }

        series.Value = reading.Sum;
    }

    /// <summary>Writes the family in the text format; nothing where it has no values.</summary>
    public void Write(TextWriter writer)
    {
        if (byLabels.Count == 0)
        {
            return;
        }

        writer.Write($"# HELP {name} {help.Replace(@"\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(@"\n")}\n");
        writer.Write($"# TYPE {name} {kind.ToString().ToLowerInvariant()}\n");
        foreach ((string labels, MetricSeries series) in byLabels)
        {
            if (kind == MetricKind.Histogram)
            {
                WriteHistogram(writer, labels, series);
            }
            else
            {
                WriteSample(writer, "", labels, series.Value);
            }
        }
    }

    private void WriteHistogram(TextWriter writer, string labels, MetricSeries series)
    {
        long count = 0;
        for (int bucket = 0; bucket <= bounds.Count; bucket++)
        {
            count += series.Buckets[bucket];
            string bound = bucket < bounds.Count ? Text(bounds[bucket]) : "+Inf";
            WriteSample(writer, "_bucket", MetricLabels.With(labels, "le", bound), count);
        }

        WriteSample(writer, "_sum", labels, series.Value);
        WriteSample(writer, "_count", labels, count);
    }

    private void WriteSample(TextWriter writer, string suffix, string labels, double value) =>
        writer.Write(labels.Length == 0 ? $"{name}{suffix} {Text(value)}\n" : $"{name}{suffix}{{{labels}}} {Text(value)}\n");

    private static string Text(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private MetricSeries Of(string labels)
    {
        if (!byLabels.TryGetValue(labels, out MetricSeries? series))
        {
            series = new MetricSeries(kind == MetricKind.Histogram ? bounds.Count + 1 : 0);
            byLabels.Add(labels, series);
        }

        return series;
    }
}
