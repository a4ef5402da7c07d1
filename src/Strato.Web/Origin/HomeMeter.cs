using System.Diagnostics.Metrics;
using Strato.Publishing.Auditing;
using Strato.Publishing.Repositories;

namespace Strato.Web.Origin;

/// <summary>Tells about the repositories of a home and what commands did to them. Everything is read when it is asked for. See docs/metrics.md.</summary>
public sealed class HomeMeter : IDisposable
{
    private readonly RepositoryHome home;

    /// <summary>Reads nothing yet.</summary>
    public HomeMeter(RepositoryHome home)
    {
        this.home = home;
        foreach (RepositoryMetricKind kind in RepositoryMetrics.Kinds)
        {
            _ = kind.IsCounter
                ? Meter.CreateObservableCounter(kind.Name, () => Read(kind), kind.Unit, kind.Description) as Instrument
                : Meter.CreateObservableGauge(kind.Name, () => Read(kind), kind.Unit, kind.Description);
        }
    }

    /// <summary>The instruments.</summary>
    public Meter Meter { get; } = new("Strato.Home");

    public void Dispose() => Meter.Dispose();

    private List<Measurement<double>> Read(RepositoryMetricKind kind)
    {
        List<Measurement<double>> measured = [];
        foreach (string name in home.List())
        {
            IEnumerable<RepositoryMetric> metrics = RepositoryMetrics.Read(home.Places(name)).Where(metric => metric.Kind == kind);
            foreach (RepositoryMetric metric in metrics)
            {
                measured.Add(new Measurement<double>(
                    metric.Value, [new KeyValuePair<string, object?>("repository", name), .. metric.Labels.Select(label => new KeyValuePair<string, object?>(label.Name, label.Value))]));
            }
        }

        return measured;
    }
}
