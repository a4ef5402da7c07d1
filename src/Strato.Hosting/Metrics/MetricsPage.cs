using System.Diagnostics.Metrics;

namespace Strato.Hosting.Metrics;

/// <summary>
/// The instruments of some meters, of int, long and double, as Prometheus's text format 0.0.4. Observable instruments are read when a page is wanted; others are summed up from
/// the making of this object on. Safe on all threads.
/// </summary>
public sealed class MetricsPage : IDisposable
{
    /// <summary>The media type of a page.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] DefaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock gate = new();
    private readonly MeterListener listener = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly HashSet<MetricFamily> observed = [];
    private readonly IReadOnlyList<ObservedHistogram> histograms;

    /// <summary>A page of everything on some meters, which stay the caller's and outlive it.</summary>
    /// <param name="meters">The meters.</param>
    /// <param name="histograms">Histograms besides.</param>
    public MetricsPage(IReadOnlyCollection<Meter> meters, IReadOnlyList<ObservedHistogram>? histograms = null)
    {
        this.histograms = histograms ?? [];
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (meters.Contains(instrument.Meter))
            {
                all.EnableMeasurementEvents(instrument, FamilyOf(instrument));
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.Start();
    }

    /// <summary>The page as it is now.</summary>
    public string Render()
    {
        using StringWriter writer = new();
        lock (gate)
        {
            foreach (MetricFamily family in observed)
            {
                family.Clear();
            }

            listener.RecordObservableInstruments();
            foreach (MetricFamily family in families.Values.Concat(histograms.Select(Read)).OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(writer);
            }
        }

        return writer.ToString();
    }

    public void Dispose() => listener.Dispose();

    private static MetricFamily Read(ObservedHistogram histogram)
    {
        MetricFamily family = new(MetricNames.Of(histogram.Name, histogram.Unit, MetricKind.Histogram), histogram.Description, MetricKind.Histogram, histogram.Bounds);
        foreach (HistogramReading reading in histogram.Read())
        {
            family.Record(reading.Tags, reading);
        }

        return family;
    }

    private MetricFamily FamilyOf(Instrument instrument)
    {
        MetricKind kind = MetricNames.KindOf(instrument);
        IReadOnlyList<double> bounds = kind != MetricKind.Histogram ? [] : (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds;
        MetricFamily family = new(MetricNames.Of(instrument.Name, instrument.Unit, kind), instrument.Description ?? instrument.Name, kind, bounds);
        lock (gate)
        {
            families.Add(family.Name, family);
            if (instrument.IsObservable)
            {
                observed.Add(family);
            }
        }

        return family;
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        bool adds = !instrument.IsObservable && instrument is not Gauge<int> and not Gauge<long> and not Gauge<double>;
        lock (gate)
        {
            ((MetricFamily)state!).Record(tags, value, adds);
        }
    }
}
