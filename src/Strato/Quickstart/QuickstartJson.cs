using System.Text.Json.Serialization;

namespace Strato.Quickstart;

/// <summary>The JSON forms that the quickstart reads and prints.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PublishSummary))]
[JsonSerializable(typeof(QuickstartReport))]
internal sealed partial class QuickstartJson : JsonSerializerContext;
