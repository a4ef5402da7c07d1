using System.Text.Json;
using Strato.Publishing.Repositories;

namespace Strato.Publishing.Auditing;

/// <summary>
/// What a repository's operations have come to over all processes, for its metrics: <c>operations.json</c> in its folder of the home. Losing it makes
/// counters begin at 0 again, as a restart does elsewhere.
/// </summary>
internal sealed record OperationTotals
{
    private const string FileName = "operations.json";

    /// <summary>By the operation's name.</summary>
    public Dictionary<string, OperationTotal> Operations { get; init; } = [];

    /// <summary>The revision that readers see; null before the first operation.</summary>
    public ulong? Revision { get; init; }

    /// <summary>When its manifest was signed, in seconds since 1970.</summary>
    public long? Published { get; init; }

    /// <summary>When the whitelist expires, in seconds since 1970.</summary>
    public long? WhitelistExpires { get; init; }

    /// <summary>Reads the file; what is missing or damaged counts nothing.</summary>
    public static OperationTotals Read(RepositoryPlaces places)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(places.Folder, FileName)), AuditJson.Default.OperationTotals) ?? new OperationTotals();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return new OperationTotals();
        }
    }

    /// <summary>Adds an operation and writes file and metrics. The caller sees to it that nobody else does meanwhile.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Add(RepositoryHome home, AuditLine end, OperationRecord record)
    {
        RepositoryPlaces places = home.Places(end.Repository);
        OperationTotals totals = Read(places);
        totals = totals with
        {
            Operations = new Dictionary<string, OperationTotal>(totals.Operations, StringComparer.Ordinal)
            {
                [end.Operation] = (totals.Operations.GetValueOrDefault(end.Operation) ?? new OperationTotal()).With(end),
            },
            Revision = record.After?.Revision ?? totals.Revision,
            Published = record.After?.Timestamp ?? totals.Published,
            WhitelistExpires = record.WhitelistExpires is { } expires ? new DateTimeOffset(expires, TimeSpan.Zero).ToUnixTimeSeconds() : totals.WhitelistExpires,
        };
        Replace(Path.Combine(places.Folder, FileName), JsonSerializer.SerializeToUtf8Bytes(totals, AuditJson.Default.OperationTotals));
        Directory.CreateDirectory(home.Metrics);
        Replace(Path.Combine(home.Metrics, $"{end.Repository}.prom"), RepositoryMetrics.ToText(end.Repository, totals));
    }

    // Nothing but counters is lost with it, so that it is not worth waiting for the disk.
    private static void Replace(string file, byte[] content)
    {
        string temporary = file + ".new";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, file, overwrite: true);
    }
}
