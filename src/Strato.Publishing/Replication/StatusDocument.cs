using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Strato.Core;
using Strato.Publishing.Objects;
using Strato.Storage.Objects;

namespace Strato.Publishing.Replication;

/// <summary>
/// What a server tells monitors about a repository: <c>.cvmfs_status.json</c> with the genuine servers' members (<c>last_snapshot</c>,
/// <c>last_gc</c>, <c>last_check</c>, <c>check_status</c>), and the older marker files. Times look as <c>date --utc</c> prints them in the C locale. Under the repository's lock.
/// </summary>
public static class StatusDocument
{
    /// <summary>The document.</summary>
    public const string Key = ".cvmfs_status.json";

    /// <summary>When the last snapshot ended, alone.</summary>
    public const string LastSnapshot = ".cvmfs_last_snapshot";

    /// <summary>There while a snapshot is under way, with the time of its beginning.</summary>
    public const string IsSnapshotting = ".cvmfs_is_snapshotting";

    internal const int MaximumLength = 64 * 1024;

    /// <summary>A time such as <c>Wed Nov 25 22:41:44 UTC 2026</c>, which the monitors of Stratum 1 servers parse.</summary>
    public static string Time(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        string day = utc.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2);
        return string.Create(CultureInfo.InvariantCulture, $"{utc:ddd MMM} {day} {utc:HH:mm:ss} UTC {utc:yyyy}");
    }

    /// <summary>Reads a time that <see cref="Time"/>, or <c>date --utc</c>, wrote; null where it is none.</summary>
    public static DateTimeOffset? ParseTime(ReadOnlySpan<char> text)
    {
        string[] formats = ["ddd MMM d HH:mm:ss 'UTC' yyyy", "ddd dd MMM yyyy hh:mm:ss tt 'UTC'", "ddd MMM d hh:mm:ss tt 'UTC' yyyy"];
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowInnerWhite;
        return DateTimeOffset.TryParseExact(text.Trim(), formats, CultureInfo.InvariantCulture, styles, out DateTimeOffset time) ? time : null;
    }

    /// <summary>Sets one member and leaves the others.</summary>
    /// <exception cref="StratoException">It cannot be read or written.</exception>
    public static void Set(IObjectStore store, string member, string value, CancellationToken cancellation)
    {
        VersionedBytes? present = Blocking.Wait(store.ReadAsync(Key, MaximumLength, cancellation));
        ConfirmedSwap.Replace(store, Key, Merge(present?.Bytes ?? default, member, value));
    }

    /// <summary>Writes a marker file.</summary>
    public static void Mark(IObjectStore store, string key, DateTimeOffset time) => ConfirmedSwap.Replace(store, key, Encoding.ASCII.GetBytes(Time(time) + "\n"));

    /// <summary>When the last snapshot ended; null where there was none or the file cannot be read.</summary>
    public static DateTimeOffset? ReadLastSnapshot(IObjectStore store, CancellationToken cancellation) =>
        Blocking.Wait(store.ReadAsync(LastSnapshot, MaximumLength, cancellation)) is { } bytes ? ParseTime(Encoding.Latin1.GetString(bytes.Bytes.Span)) : null;

    /// <summary>One member of a document; null where it has none such, or is none.</summary>
    internal static string? Find(ReadOnlyMemory<byte> document, string member)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(document);
            return parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A document that is none is begun anew, as its members are all made by servers themselves.
    internal static byte[] Merge(ReadOnlyMemory<byte> document, string member, string value)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(document);
            return Write(parsed.RootElement, member, value);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Strings that are not Unicode are found only when they are read, as an InvalidOperationException.
            return Write(default, member, value);
        }
    }

    private static byte[] Write(JsonElement document, string member, string value)
    {
        ArrayBufferWriter<byte> merged = new();
        using (Utf8JsonWriter json = new(merged, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            if (document.ValueKind == JsonValueKind.Object)
            {
                HashSet<string> seen = new(StringComparer.Ordinal) { member };
                foreach (JsonProperty other in document.EnumerateObject().Where(other => seen.Add(other.Name)))
                {
                    other.WriteTo(json);
                }
            }

            json.WriteString(member, value);
            json.WriteEndObject();
        }

        merged.Write("\n"u8);
        return merged.WrittenSpan.ToArray();
    }
}
