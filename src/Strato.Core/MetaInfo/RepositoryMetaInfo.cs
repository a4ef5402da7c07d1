using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Strato.Core.MetaInfo;

/// <summary>
/// What a repository says about itself: the JSON object that a manifest's field M names. Tools pass it on as it is, so the
/// bytes are kept and the known members are read from them. Immutable.
/// </summary>
public sealed record RepositoryMetaInfo
{
    /// <summary>The longest meta information that is read, in plain bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    private RepositoryMetaInfo(byte[] json) => Json = json;

    /// <summary>The bytes as they were written.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public string Administrator { get; private init; } = "";

    public string Email { get; private init; } = "";

    public string Organisation { get; private init; } = "";

    public string Description { get; private init; } = "";

    /// <summary>The project's web site.</summary>
    public string Url { get; private init; } = "";

    /// <summary>The stratum 0's address (<c>recommended-stratum0</c>).</summary>
    public string RecommendedStratum0 { get; private init; } = "";

    /// <summary>The stratum 1s' addresses (<c>recommended-stratum1s</c>).</summary>
    public IReadOnlyList<string> RecommendedStratum1s { get; private init; } = [];

    /// <summary>Reads an object; members of other types than expected count as absent, others are kept in <see cref="Json"/>.</summary>
    /// <param name="json">The plain bytes.</param>
    /// <param name="info">The meta information, where true is returned.</param>
    /// <param name="problem">What is wrong, as the end of a sentence, where false is returned.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> json, [NotNullWhen(true)] out RepositoryMetaInfo? info, [NotNullWhen(false)] out string? problem)
    {
        info = null;
        if (json.Length > MaxLength)
        {
            problem = $"it has {json.Length} bytes, more than {MaxLength}";
            return false;
        }

        byte[] copy = json.ToArray();
        try
        {
            using JsonDocument document = JsonDocument.Parse(copy);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                problem = "it is not a JSON object";
                return false;
            }

            info = new RepositoryMetaInfo(copy)
            {
                Administrator = Text(root, "administrator"),
                Email = Text(root, "email"),
                Organisation = Text(root, "organisation"),
                Description = Text(root, "description"),
                Url = Text(root, "url"),
                RecommendedStratum0 = Text(root, "recommended-stratum0"),
                RecommendedStratum1s = Texts(root, "recommended-stratum1s"),
            };
            problem = null;
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Strings that are not Unicode are found only when they are read, as an InvalidOperationException.
            problem = "it is not JSON";
            return false;
        }
    }

    /// <summary>Meta information with the usual members, to be filled in.</summary>
    public static RepositoryMetaInfo Create(string administrator, string email, string organisation, string description, string url)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("administrator", administrator);
            writer.WriteString("email", email);
            writer.WriteString("organisation", organisation);
            writer.WriteString("description", description);
            writer.WriteString("url", url);
            writer.WriteString("recommended-stratum0", "");
            writer.WriteStartArray("recommended-stratum1s");
            writer.WriteEndArray();
            writer.WriteStartObject("custom");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return TryParse(buffer.WrittenSpan, out RepositoryMetaInfo? info, out string? problem) ? info : throw new InvalidOperationException(problem);
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static List<string> Texts(JsonElement root, string name)
    {
        List<string> texts = [];
        if (root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String)
                {
                    texts.Add(item.GetString() ?? "");
                }
            }
        }

        return texts;
    }
}
