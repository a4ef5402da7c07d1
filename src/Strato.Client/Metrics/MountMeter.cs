using System.Diagnostics.Metrics;
using Strato.Client.Attachments;
using Strato.Client.Mounting;
using Strato.Fuse.Statistics;
using Strato.Hosting.Metrics;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Client.Metrics;

/// <summary>
/// The instruments of a mount. All of them are observed: what they show is counted where it happens, and read here when somebody asks. See docs/metrics.md.
/// </summary>
internal sealed class MountMeter : IDisposable
{
    private readonly Meter meter = new("Strato.Mount");
    private readonly MountParts parts;

    public MountMeter(MountParts parts)
    {
        this.parts = parts;
        MeterReadings readings = new(parts);
        AddRequests(readings);
        AddCache();
        AddNetwork(readings);
        AddAttachments(readings);
        AddProcess();
    }

    /// <summary>A page of these instruments; the caller disposes of it before this object.</summary>
    public MetricsPage OpenPage() => new([meter], [Durations(parts)]);

    public void Dispose() => meter.Dispose();

    private static ObservedHistogram Durations(MountParts parts) => new(
        "strato.fuse.request.duration",
        "s",
        "How long requests of the kernel took, from being read to being answered, by kind.",
        LatencyBounds.Seconds,
        () => parts.ReadStatistics().Opcodes.Select(one => new HistogramReading([new("opcode", one.Opcode.ToString().ToLowerInvariant())], one.Buckets, one.Seconds)));

    private void AddRequests(MeterReadings readings)
    {
        meter.CreateObservableCounter("strato.fuse.errors", readings.Errors, "{request}", "Requests of the kernel that were answered with an error, by error.");
        meter.CreateObservableUpDownCounter("strato.fuse.waiting", () => parts.PendingCount, "{request}", "Requests that wait for something to be fetched.");
        meter.CreateObservableCounter("strato.read", readings.ReadBytes, "By", "Bytes that readers were given, by where they came from.");
        meter.CreateObservableCounter("strato.opens", readings.Opens, "{open}", "Files that were opened, by who reads them from the cache.");
        meter.CreateObservableUpDownCounter("strato.open.files", () => (long)parts.State.Files.Count, "{file}", "Open files.");
        meter.CreateObservableUpDownCounter("strato.open.catalogs", () => (long)parts.OpenCatalogCount, "{catalog}", "Catalogs whose files are open.");
        meter.CreateObservableUpDownCounter("strato.nodes", () => (long)parts.Nodes.Count, "{node}", "Files and directories that the kernel knows.");
        meter.CreateObservableUpDownCounter("strato.nodes.size", () => parts.Nodes.UsedBytes, "By", "Memory that the nodes take.");
    }

    private void AddCache()
    {
        ClientCounters counters = parts.State.Counters;
        meter.CreateObservableCounter(
            "strato.cache.lookups",
            () => Results(("hit", counters.Wants - counters.Misses), ("miss", counters.Misses)),
            "{object}",
            "Objects that were looked for in the cache.");
        meter.CreateObservableCounter("strato.cache.evictions", () => counters.Evictions, "{eviction}", "How often this process made room in the cache.");
        meter.CreateObservableUpDownCounter("strato.cache.size", () => parts.Cache.Status.UsedBytes, "By", "Bytes in the cache, of all processes that share it.");
        meter.CreateObservableUpDownCounter("strato.cache.entries", () => parts.Cache.Status.Entries, "{object}", "Objects in the cache.");
        meter.CreateObservableGauge(
            "strato.cache.quota",
            () => parts.Cache.Status.Quota is var quota && quota == CacheOptions.Unlimited ? [] : (Measurement<long>[])[new(quota)],
            "By",
            "How much the cache may take; missing where there is no limit.");
    }

    private void AddNetwork(MeterReadings readings)
    {
        ClientCounters counters = parts.State.Counters;
        meter.CreateObservableCounter("strato.downloads", () => counters.Downloads, "{object}", "Objects that were brought in because somebody waited for them.");
        meter.CreateObservableCounter(
            "strato.fetch.failures",
            () => Enum.GetValues<FetchFailureKind>().Select(kind => new Measurement<long>(counters.FetchFailures(kind), new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()))),
            "{object}",
            "Objects that somebody waited for and that no server gave, by the last failure.");
        foreach (bool isProxy in (bool[])[false, true])
        {
            string place = isProxy ? "proxy" : "server";
            meter.CreateObservableCounter($"strato.{place}.requests", () => readings.Places(isProxy, one => one.Requests), "{request}", $"Attempts to fetch something, by {place}.");
            meter.CreateObservableCounter($"strato.{place}.failures", () => readings.Places(isProxy, one => one.Failures), "{request}", $"Attempts that failed through the {place}.");
            meter.CreateObservableCounter($"strato.{place}.received", () => readings.Places(isProxy, one => one.ReceivedBytes), "By", $"Bytes that came from the {place}.");
            meter.CreateObservableGauge($"strato.{place}.in_use", () => readings.Places(isProxy, one => one.IsCurrent ? 1 : 0), "{flag}", $"1 for the {place} that is asked now.");
        }
    }

    private void AddAttachments(MeterReadings readings)
    {
        meter.CreateObservableUpDownCounter("strato.attachments", readings.Attachments, "{repository}", "Repositories of the mount, by state.");
        meter.CreateObservableGauge("strato.revision", readings.Revisions, "{revision}", "The revision that is shown.");
        meter.CreateObservableGauge("strato.whitelist.left", readings.WhitelistSeconds, "s", "How long the whitelist is valid; less than 0 once it has expired.");
    }

    private void AddProcess()
    {
        ClientState state = parts.State;
        meter.CreateObservableGauge(
            "strato.info", () => new Measurement<long>(1, new KeyValuePair<string, object?>("version", state.Version)), "{flag}", "Which program this is.");
        meter.CreateObservableCounter("strato.restarts", () => state.Restarts, "{restart}", "How many daemons the mount has survived.");
        meter.CreateObservableGauge("process.start.time", () => state.Started.ToUnixTimeMilliseconds() / 1000.0, "s", "When the daemon began, in seconds since 1970.");
        meter.CreateObservableUpDownCounter("process.resident.memory", () => Environment.WorkingSet, "By", "Memory of the daemon.");
        meter.CreateObservableUpDownCounter("process.open.fds", () => (long)Directory.GetFiles("/proc/self/fd").Length, "{descriptor}", "Descriptors of the daemon.");
        meter.CreateObservableGauge("process.max.fds", () => state.MaxOpenFiles, "{descriptor}", "Descriptors that the daemon may have.");
    }

    private static IEnumerable<Measurement<long>> Results(params (string Name, long Count)[] results) =>
        results.Select(result => new Measurement<long>(result.Count, new KeyValuePair<string, object?>("result", result.Name)));
}
