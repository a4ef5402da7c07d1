using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Strato.Hosting.Logging;

/// <summary>An event as one line.</summary>
internal static class LogLine
{
    /// <summary>What the template of a message is called among its values.</summary>
    private const string Template = "{OriginalFormat}";

    // What is escaped is what JSON needs: lines are for programs and for people with grep, not for web pages.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>TIME LEVEL message</c></summary>
    public static string Text(DateTimeOffset time, in LogEvent entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ssZ} {entry.Level} {OneLine(entry.Message)}");

    /// <summary>An object with <c>time</c>, <c>level</c>, <c>category</c>, <c>event_id</c>, <c>event</c>, <c>message</c> and <c>values</c>.</summary>
    public static string Json(DateTimeOffset time, in LogEvent entry)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", NameOf(entry.Level));
            json.WriteString("category", entry.Category);
            json.WriteNumber("event_id", entry.Id.Id);
            json.WriteString("event", entry.Id.Name ?? "");
            json.WriteString("message", OneLine(entry.Message));
            json.WriteStartObject("values");
            foreach ((string name, object? value) in entry.Values ?? [])
            {
                if (name != Template)
                {
                    json.WritePropertyName(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
                    WriteValue(json, value);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A text without ends of lines.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings(" ");

    /// <summary>A level as people write it.</summary>
    public static string NameOf(LogLevel level) => level.ToString().ToLowerInvariant();

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(OneLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                break;
        }
    }
}
