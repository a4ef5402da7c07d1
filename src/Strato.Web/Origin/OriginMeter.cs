using Strato.Hosting.Metrics;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Strato.Web.Origin;

/// <summary>Counts what a server answers. See docs/metrics.md.</summary>
public sealed class OriginMeter : IDisposable
{
    private readonly Meter meter = new("Strato.Origin");
    private readonly Counter<long> requests;
    private readonly Counter<long> bytes;
    private readonly Histogram<double> durations;

    /// <summary>Nothing is counted yet.</summary>
    public OriginMeter()
    {
        requests = meter.CreateCounter<long>("strato.origin.requests", "{request}", "Requests that were answered, by status.");
        bytes = meter.CreateCounter<long>("strato.origin.sent", "By", "Bytes of the bodies of answers, as they were announced.");
        durations = meter.CreateHistogram<double>("strato.origin.request.duration", "s", "How long requests took, to the end of the answer.");
    }

    /// <summary>A page of these instruments and of others, which counts from now on; the caller disposes of it before this object.</summary>
    public MetricsPage OpenPage(params IEnumerable<Meter> others) => new([meter, .. others]);

    /// <summary>A handler that has another one answer, and counts.</summary>
    public RequestDelegate Around(RequestDelegate handler) => async context =>
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            await handler(context);
        }
        finally
        {
            HttpResponse response = context.Response;
            requests.Add(1, new KeyValuePair<string, object?>("status", response.StatusCode.ToString(CultureInfo.InvariantCulture)));
            durations.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (HttpMethods.IsGet(context.Request.Method))
            {
                bytes.Add(response.ContentLength ?? 0);
            }
        }
    };

    public void Dispose() => meter.Dispose();
}
