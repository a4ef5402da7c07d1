using System.Diagnostics.Metrics;
using Strato.Hosting.Metrics;
using Strato.Testing.Metrics;

namespace Strato.Tests.Hosting.Metrics;

/// <summary>Instruments as Prometheus reads them.</summary>
public sealed class MetricsPageTests : IDisposable
{
    private readonly Meter meter = new("Strato.Test");

    public void Dispose() => meter.Dispose();

    [Fact]
    public void Counters_add_up_by_their_labels()
    {
        using MetricsPage page = new([meter]);
        Counter<long> counter = meter.CreateCounter<long>("test.sent", "By", "Bytes\nthat were \\ sent.");
        counter.Add(3, new KeyValuePair<string, object?>("to", "a\"b\\c\nd"));
        counter.Add(4, new KeyValuePair<string, object?>("to", "a\"b\\c\nd"));
        counter.Add(5, new KeyValuePair<string, object?>("to", "e"));

        Exposition read = Exposition.Parse(page.Render());

        Assert.Equal("counter", read.Types["test_sent_bytes_total"]);
        Assert.Equal(7, read.Value("test_sent_bytes_total", ("to", "a\"b\\c\nd")));
        Assert.Equal(5, read.Value("test_sent_bytes_total", ("to", "e")));
    }

    [Fact]
    public void Observed_values_are_those_of_now()
    {
        long[] open = [1, 2];
        meter.CreateObservableUpDownCounter("test.open", () => open.Select((value, index) => new Measurement<long>(value, new KeyValuePair<string, object?>("number", index))), "{file}", "Open files.");
        meter.CreateObservableGauge("test.number", () => 7);
        Gauge<long> level = meter.CreateGauge<long>("test.level");
        meter.CreateObservableGauge("test.left", () => double.NegativeInfinity, "s", "Seconds.");
        using MetricsPage page = new([meter]);
        Assert.Equal(2, Exposition.Parse(page.Render()).Value("test_open", ("number", "1")));

        open = [9];
        level.Record(3);
        level.Record(2);

        Exposition read = Exposition.Parse(page.Render());
        Assert.Equal(9, read.Value("test_open"));
        Assert.Equal((7, 2), (read.Value("test_number"), read.Value("test_level")));
        Assert.Equal(double.NegativeInfinity, read.Value("test_left_seconds"));
        Assert.Equal("gauge", read.Types["test_open"]);
    }

    [Fact]
    public void Histograms_have_cumulative_buckets()
    {
        using MetricsPage page = new(
            [meter],
            [new ObservedHistogram("test.read", "s", "Elsewhere.", [0.5, 1], () => [new HistogramReading([new("kind", "x")], [3, 0, 2], 12.5)])]);
        Histogram<double> histogram = meter.CreateHistogram("test.time", "s", "Here.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 2] });
        histogram.Record(0.25);
        histogram.Record(1);
        histogram.Record(7);

        Exposition read = Exposition.Parse(page.Render());

        Assert.Equal([1, 2, 3], read.Samples.Where(sample => sample.Name == "test_time_seconds_bucket").Select(sample => sample.Value));
        Assert.Equal(8.25, read.Value("test_time_seconds_sum"));
        Assert.Equal([3, 3, 5], read.Samples.Where(sample => sample.Name == "test_read_seconds_bucket" && sample.Has("kind", "x")).Select(sample => sample.Value));
        Assert.Equal(5, read.Value("test_read_seconds_count"));
    }

    [Fact]
    public void Other_meters_and_what_has_no_values_are_left_out()
    {
        using Meter other = new("Strato.Other");
        using MetricsPage page = new([meter]);
        other.CreateCounter<long>("other.count").Add(1);
        meter.CreateCounter<long>("test.never");

        Assert.Equal("", page.Render());
    }

    [Theory]
    [InlineData("127.0.0.1:9101", true)]
    [InlineData("[::1]:0", true)]
    [InlineData("unix:/run/strato.sock", true)]
    [InlineData("unix:run/strato.sock", false)]
    [InlineData("localhost:9101", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1:65536", false)]
    [InlineData("", false)]
    public void Addresses(string text, bool isOne) => Assert.Equal(isOne, MetricsAddress.TryParse(text, out _));
}
